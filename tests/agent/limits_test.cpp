#include <stook/agent/limits.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::says;
using stook::run_status;
using stook::tool;

namespace {

tool counting_ping() {
  return tool("ping", "", stook::pure, [n = 0]() mutable { return ++n; });
}
std::shared_ptr<stook::scripted_model> endless(std::string name, stook::usage used = {}) {
  auto m = std::make_shared<stook::scripted_model>([name, used](const stook::chat_request& r) {
    stook::chat_reply reply = r.choice == stook::tool_choice::none ? says("last words") : call(name);
    if (name != "ping" && r.choice != stook::tool_choice::none) reply = call(name, R"({"task":"go on"})");
    reply.used = used;
    return reply;
  });
  m->record();
  return m;
}
stook::answer run(stook::run_limits limits, stook::usage used = {}) {
  const stook::agent a(
      {.name = "x", .model = endless("ping", used), .tools = {counting_ping()}, .limits = limits});
  auto out = a.run("go");
  CHECK(scripts::flaw(out) == "");
  return out;
}

}  // namespace

TEST_CASE("near the limit on steps the model is asked for its final answer") {
  const auto a = run({.steps = 5});
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "budget.steps");
  CHECK(a.text == "last words");
  CHECK(a.steps == 5);
  CHECK(a.tool_call_counts.at("ping") == 4);
}

TEST_CASE("tool calls, tokens and money have limits") {
  const auto calls = run({.tool_calls = 3});
  CHECK(calls.reason == "budget.tool_calls");
  CHECK(calls.tool_call_counts.at("ping") == 3);
  CHECK(calls.text == "last words");
  const auto tokens = run({.tokens = 1000}, {.input_tokens = 90, .output_tokens = 10});
  CHECK(tokens.reason == "budget.tokens");
  CHECK(tokens.used.total_tokens() == 1000);
  CHECK(tokens.text == "last words");
  const auto cost = run({.cost_usd = 1.0}, {.cost_usd = 0.5});
  CHECK(cost.reason == "budget.cost");
  CHECK(cost.steps == 2);
}

TEST_CASE("what a server says about its usage cannot give a budget back") {
  CHECK(run({.steps = 4, .tokens = 100}, {.input_tokens = -50, .output_tokens = 60}).reason ==
        "budget.tokens");
}

TEST_CASE("wall time is the run's clock's") {
  const auto clock = std::make_shared<stook::manual_clock>();
  const stook::agent a({.name = "x",
                        .model = endless("ping"),
                        .tools = {tool("ping", "", [&] { clock->advance(std::chrono::seconds(10)); })},
                        .limits = {.wall = std::chrono::seconds(100), .same_call = 0}});
  const auto out = a.run("go", {.clock = clock});
  CHECK(out.reason == "budget.wall");
  CHECK(out.text == "last words");
  CHECK(out.tool_call_counts.at("ping") == 9);
}

TEST_CASE("the same call with the same result is warned about, then ends the run") {
  const auto model = std::make_shared<stook::scripted_model>(std::vector{call("same")},
                                                             stook::scripted_model::at_end::repeat_last);
  const stook::agent a(
      {.name = "x", .model = model, .tools = {tool("same", "", stook::pure, [] { return 1; })}});
  const auto out = a.run("go");
  CHECK(out.reason == "loop.repeat");
  CHECK(out.tool_call_counts.at("same") == 3);
  CHECK(out.steps == 4);
  CHECK(scripts::flaw(out) == "");
  CHECK(scripts::results(out)[2].find("3 times") != std::string::npos);
  const auto changing = run({.steps = 9});
  CHECK(changing.reason == "budget.steps");
}

TEST_CASE("two calls by turns with the same results are a circle, and end the run") {
  const auto model = std::make_shared<stook::scripted_model>(std::vector{call("ping"), call("pong")},
                                                             stook::scripted_model::at_end::cycle);
  const auto same = [](const char* name) { return tool(name, "", stook::pure, [] { return 1; }); };
  const stook::agent a({.name = "x", .model = model, .tools = {same("ping"), same("pong")}});
  const auto out = a.run("go");
  CHECK(out.reason == "loop.cycle");
  CHECK(out.steps == 7);
  CHECK(out.tool_call_counts.at("ping") == 3);
  CHECK(out.tool_call_counts.at("pong") == 3);
  CHECK(out.error->message.find("circle") != std::string::npos);
  CHECK(scripts::flaw(out) == "");
}

TEST_CASE("defect 19: a child spends its parent's budget, and its usage is counted") {
  const stook::usage used{.input_tokens = 10, .output_tokens = 1};
  const stook::agent child({.name = "child", .model = endless("ping", used), .tools = {counting_ping()}});
  const stook::agent parent({.name = "parent",
                             .model = endless("ask", used),
                             .tools = {child.as_tool("ask", "")},
                             .limits = {.steps = 6}});
  const auto a = parent.run("go");
  CHECK(a.reason == "budget.steps");
  CHECK(a.text == "last words");  // the child left its parent a step
  CHECK(a.used.input_tokens == 60);
  CHECK(a.steps == 2);
  CHECK(scripts::results(a)[0].starts_with("last words\n[note: unfinished"));
}

TEST_CASE("calls beyond those of one turn are answered with an error") {
  std::vector<stook::tool_call> many;
  for (int i = 0; i < 5; ++i) many.push_back({"c" + std::to_string(i), "ping", "{}"});
  const stook::agent a({.name = "x",
                        .model = scripts::script({stook::scripted_model::calls(many), says("ok")}),
                        .tools = {counting_ping()},
                        .limits = {.calls_per_turn = 2}});
  const auto out = a.run("go");
  CHECK(out.ok());
  CHECK(scripts::results(out)[1] == "2");
  CHECK(scripts::results(out)[2].find("too_many_calls") != std::string::npos);
}

TEST_CASE("negative limits are refused, of the agent and of one run") {
  const auto make = [](stook::run_limits l) {
    return stook::agent({.name = "x", .model = endless("ping"), .limits = l});
  };
  CHECK_THROWS_AS(make({.steps = -1}), stook::error);
  CHECK_THROWS_AS(make({.cost_usd = -1}), stook::error);
  const stook::run_limits bad{.tokens = -1};
  CHECK_THROWS_AS(make({}).run("go", {.limits = bad}), stook::error);
}
