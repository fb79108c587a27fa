// What went wrong in a team of agents built on another framework, each fault as a test that it cannot happen
// here. The other pitfalls and defects stand beside what they concern; their names begin the same way.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stook/core/json.hpp>

#include "scripts.hpp"

using scripts::call;
using scripts::calls;
using scripts::results;
using scripts::says;
using stook::tool;

namespace {

struct window {
  stook::timestamp from;
  stook::timestamp to;
};
STOOK_DESCRIBE(window, (from), (to))

struct scan {
  std::optional<window> incident;
  int top = 5;
};
STOOK_DESCRIBE(scan, (incident), (top, "How many patterns", stook::defaulted))

struct needs {
  window incident;
};
STOOK_DESCRIBE(needs, (incident))

}  // namespace

TEST_CASE(
    "pitfall 2: an error is a short structured text, without the conversation and the injected values") {
  const tool t("t", "", {.inputs = {{"incident", "incident"}}},
               [](scan) { throw std::runtime_error(std::string(13'000, 'x')); });
  const stook::agent a({.name = "x",
                        .instructions = "the parent's whole conversation",
                        .model = scripts::script({call("t"), says("ok")}),
                        .tools = {t},
                        .state = {stook::state_key::of<window>("incident")}});
  stook::run_options o;
  o.state.emplace_back("incident", stook::any_value::of(window{stook::timestamp::from_seconds(1), {}}));
  const auto out = a.run("go", o);
  const std::string text = results(out).at(0);
  CHECK(text.size() < 700);
  CHECK(stook::is_json_object(text));
  CHECK(text.find("1970-01-01T00:00:01") == std::string::npos);
  CHECK(text.find("conversation") == std::string::npos);
}

TEST_CASE("pitfall 6: a tool takes the time from its run, which a test sets") {
  const auto clock = std::make_shared<stook::manual_clock>(stook::timestamp::from_seconds(1000));
  const tool t("now", "", [](const stook::run_context& c) { return c.now(); });
  const stook::agent a({.name = "x", .model = scripts::script({call("now"), says("ok")}), .tools = {t}});
  CHECK(results(a.run("go", {.clock = clock}))[0] == R"("1970-01-01T00:16:40Z")");
}

TEST_CASE("pitfall 10: what a tool finds is typed state in the result, and undeclared keys are refused") {
  const tool detect("detect", "", {.outputs = {{"incident"}}}, [] {
    return window{stook::timestamp::from_seconds(60), stook::timestamp::from_seconds(120)};
  });
  const auto make = [&](std::vector<stook::state_key> keys) {
    return stook::agent({.name = "x",
                         .model = scripts::script({call("detect"), says("ok")}),
                         .tools = {detect},
                         .state = std::move(keys)});
  };
  const auto out = make({stook::state_key::of<window>("incident")}).run("go");
  REQUIRE(out.state.find<window>("incident"));
  CHECK(out.state.find<window>("incident")->to == stook::timestamp::from_seconds(120));
  CHECK_THROWS_AS(make({}), stook::error);
}

TEST_CASE("pitfall 12: dependent calls of one turn run in the order of their data") {
  const tool detect("detect", "", {.outputs = {{"incident"}}}, [] {
    return window{stook::timestamp::from_seconds(60), stook::timestamp::from_seconds(120)};
  });
  const tool look("look", "", {.effect = stook::reads, .inputs = {{"incident", "incident"}}},
                  [](scan s) { return s.incident ? to_string(s.incident->from) : std::string("no window"); });
  const stook::agent a({.name = "x",
                        .model = scripts::script({calls({{"look", "{}"}, {"detect", "{}"}}), says("ok")}),
                        .tools = {look, detect},
                        .state = {stook::state_key::of<window>("incident")}});
  CHECK(results(a.run("go"))[0] == "1970-01-01T00:01:00Z");
}

TEST_CASE("pitfall 12: a tool whose precondition is missing says which tool comes first") {
  const tool look("look", "", {.inputs = {{"incident", "incident"}}},
                  [](needs n) { return n.incident.from; });
  const stook::agent a({.name = "x",
                        .model = scripts::script({call("look"), says("ok")}),
                        .tools = {look},
                        .state = {stook::state_key::of<window>("incident")}});
  CHECK(results(a.run("go"))[0].find("state_missing") != std::string::npos);
}

TEST_CASE("pitfall 16: every run has a budget, also where nobody set one") {
  const auto model = std::make_shared<stook::scripted_model>(
      [n = 0](const stook::chat_request&) mutable { return call("t", fmt::format(R"({{"n":{}}})", n++)); });
  const tool t("t", "", {.parameters = {{"n"}}}, [](int n) { return n; });
  const auto out = stook::agent({.name = "x", .model = model, .tools = {t}}).run("go");
  CHECK(out.reason == "budget.steps");
  CHECK(out.steps == 25);
}

TEST_CASE("defect 8: a call that is no JSON is answered and not dropped") {
  const tool t("t", "", [] { return 1; });
  const auto model = scripts::script({calls({{"t", "{broken"}, {"t", "{}"}}), says("ok")});
  const auto out = stook::agent({.name = "x", .model = model, .tools = {t}}).run("go");
  CHECK(out.ok());
  const auto heard = model->requests()[1].messages;
  REQUIRE(heard.size() == 4);
  CHECK(heard[1].calls()[0].arguments == "{}");  // a provider refuses broken JSON at every later request
  CHECK(heard[2].is_error());
  CHECK(heard[2].text().find("args_json") != std::string::npos);
  CHECK(heard[3].text() == "1");
}

TEST_CASE("defect 14: a failure keeps the conversation") {
  const tool t("t", "", [] { return 1; });
  const auto out = stook::agent({.name = "x", .model = scripts::script({call("t")}), .tools = {t}}).run("go");
  CHECK(out.status == stook::run_status::failed);
  CHECK(out.transcript.size() == 3);
  CHECK(out.error->code == "model.script_over");
}
