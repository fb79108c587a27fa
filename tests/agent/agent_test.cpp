#include <stook/agent/agent.hpp>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>

#include "scripts.hpp"

using scripts::call;
using scripts::calls;
using scripts::results;
using scripts::says;
using stook::run_status;
using stook::tool;

namespace {

struct account {
  std::string token;
  int days = 1;
};
STOOK_DESCRIBE(account, (token), (days, "How long", stook::between{1, 30}))

stook::agent agent_of(std::vector<stook::chat_reply> replies, stook::toolset tools,
                      std::vector<std::string> exits = {}) {
  return stook::agent({.name = "x",
                       .model = scripts::script(std::move(replies)),
                       .tools = std::move(tools),
                       .exit_tools = std::move(exits)});
}
tool ok(std::string name) {
  return tool(std::move(name), "", stook::pure, [] { return "fine"; });
}
tool fails(std::string name) {
  return tool(std::move(name), "", [] { throw std::runtime_error("no"); });
}

}  // namespace

TEST_CASE("an agent calls its tool and answers") {
  const auto model = scripts::script({call("ping"), says("pong it is")});
  const stook::agent a({.name = "x", .instructions = "Be brief.", .model = model, .tools = {ok("ping")}});
  const auto out = a.run("go");
  CHECK(out.ok());
  CHECK(out.reason == "text");
  CHECK(out.text == "pong it is");
  CHECK(out.steps == 2);
  CHECK(out.tool_call_counts.at("ping") == 1);
  CHECK(out.transcript.size() == 5);
  CHECK(scripts::flaw(out) == "");
  CHECK(model->requests()[0].messages[0].text() == "Be brief.");
  CHECK(model->requests()[0].tools == std::vector<std::string>{"ping"});
}

TEST_CASE("an empty reply is no exit and is not sent back") {
  const auto model = scripts::script({stook::chat_reply{}, says("now")});
  const auto out = stook::agent({.name = "x", .model = model}).run("go");
  CHECK(out.ok());
  CHECK(out.steps == 2);
  CHECK(model->requests()[1].messages.size() == 1);
}

TEST_CASE("a reply that was cut or refused before its first word ends the run, and is not asked for again") {
  const auto reason_of = [](stook::finish_reason finish) {
    return stook::agent({.name = "x", .model = scripts::script({{.finish = finish}, says("now")})})
        .run("go")
        .reason;
  };
  CHECK(reason_of(stook::finish_reason::length) == "model.truncated");
  CHECK(reason_of(stook::finish_reason::content_filter) == "model.refused");
}

TEST_CASE("an exit tool ends the run at any place of a turn, and the first that fits names the reason") {
  const auto out = agent_of({calls({{"other", "{}"}, {"save", "{}"}, {"send", "{}"}})},
                            {ok("other"), ok("save"), ok("send")}, {"send", "save"})
                       .run("go");
  CHECK(out.ok());
  CHECK(out.reason == "save");
  CHECK(out.text == "fine");
}

TEST_CASE("an exit tool that failed vetoes the exit of another; other failures do not") {
  const auto vetoed = agent_of({calls({{"save", "{}"}, {"send", "{}"}}), says("sorry")},
                               {ok("save"), fails("send")}, {"save", "send"})
                          .run("go");
  CHECK(vetoed.reason == "text");
  const auto exits =
      agent_of({calls({{"other", "{}"}, {"save", "{}"}})}, {ok("save"), fails("other")}, {"save"}).run("go");
  CHECK(exits.reason == "save");
}

TEST_CASE("defect 9: results keep the order of the calls, unknown tools included") {
  const auto out =
      agent_of({calls({{"a", "{}"}, {"nope", "{}"}, {"a", "{"}, {"a", "{}"}}), says("ok")}, {ok("a")})
          .run("go");
  const auto r = results(out);
  REQUIRE(r.size() == 4);
  CHECK(r[0] == "fine");
  CHECK(r[1].find("the tools are: a") != std::string::npos);
  CHECK(r[2].find("args_json") != std::string::npos);
  CHECK(r[3] == "fine");
  CHECK(scripts::flaw(out) == "");
}

TEST_CASE("defect 3: a secret in the state reaches its tool and nothing else") {
  const std::string secret = "sk-REAL-4711";
  std::string used;
  const tool t("query", "", {.effect = stook::reads, .inputs = {{"api_token", "token"}}}, [&](account a) {
    used = a.token;
    if (a.days == 2) throw std::runtime_error("upstream said no");
    return a.days;
  });
  struct ear final : stook::run_listener {
    std::string heard;
    void on_event(const stook::event& e) override {
      if (const auto* f = std::get_if<stook::tool_finished>(&e.what)) heard += f->result.text;
      if (const auto* f = std::get_if<stook::tool_started>(&e.what)) heard += f->call.arguments;
    }
  } ear;
  const auto model = scripts::script({call("query", R"({"days":2})"), call("query", R"({"days":99})"),
                                      call("query", R"({"token":"mine","days":1})"),
                                      call("query", R"({"days":1})"), says("ok")});
  const stook::agent a(
      {.name = "x", .model = model, .tools = {t}, .state = {stook::state_key::of<std::string>("api_token")}});
  stook::run_options options;
  options.state.emplace_back("api_token", stook::any_value::of(secret));
  options.listener = &ear;
  const auto out = a.run("go", options);
  CHECK(out.ok());
  CHECK(used == secret);
  CHECK_FALSE(scripts::mentions(out, secret));
  CHECK(ear.heard.find(secret) == std::string::npos);
  CHECK(results(out)[2].find("args_schema") != std::string::npos);
  CHECK(results(out)[3] == "1");
}

TEST_CASE("defect 5 and 6, pitfall 4: unknown and wrongly typed run inputs are errors") {
  const stook::agent a(
      {.name = "x", .model = scripts::script({}), .state = {stook::state_key::of<int>("n")}});
  const auto run = [&](std::string key, stook::any_value v) {
    stook::run_options o;
    o.state.emplace_back(std::move(key), std::move(v));
    a.run("go", o);
  };
  CHECK_THROWS_AS(run("metrics_path", stook::any_value::of(1)), stook::error);
  CHECK_THROWS_AS(run("stop_run", stook::any_value::of(std::string("x"))), stook::error);
  CHECK_THROWS_AS(run("n", stook::any_value::of(std::string("x"))), stook::error);
}

TEST_CASE("a wrong configuration is an error at construction") {
  const auto make = [](auto change) {
    stook::agent_options o{.name = "x", .model = scripts::script({}), .tools = {ok("a")}};
    change(o);
    return stook::agent(o);
  };
  CHECK_THROWS_AS(make([](auto& o) { o.model = nullptr; }), stook::error);
  CHECK_THROWS_AS(make([](auto& o) { o.exit_tools = {"b"}; }), stook::error);
  CHECK_THROWS_AS(make([](auto& o) { o.parallel_tools = 0; }), stook::error);
  CHECK_THROWS_AS(make([](auto& o) { o.tools.add(tool("b", "", {.outputs = {{"k"}}}, [] { return 1; })); }),
                  stook::error);
  CHECK_THROWS_AS(make([](auto& o) {
                    o.tools.add(tool("b", "", {.outputs = {{"k"}}}, [] { return 1; }));
                    o.state = {stook::state_key::of<std::string>("k")};
                  }),
                  stook::error);
  CHECK_THROWS_AS(make([](auto& o) {
                    o.tools.add(tool("b", "", {.inputs = {{"k", "token"}}}, [](account) {}));
                  }),
                  stook::error);
}

TEST_CASE("an earlier conversation goes on, a broken one is refused before the model sees it") {
  const auto model = scripts::script({says("two"), says("three")});
  const stook::agent a({.name = "x", .instructions = "s", .model = model});
  stook::run_options o;
  o.history = {stook::message::user("one?"), stook::message::assistant("one")};
  CHECK(a.run("two?", o).ok());
  CHECK(model->requests()[0].messages.size() == 4);
  o.history = {stook::message::user("one?"), stook::message::assistant("", {{"c", "t", "{}"}})};
  const auto bad = a.run("two?", o);
  CHECK(bad.status == run_status::failed);
  CHECK(bad.reason == "bad_history");
  CHECK(model->requests().size() == 1);
}

TEST_CASE("what a model writes is repaired where a conversation must hold it") {
  auto odd = says("bytes \xff here");
  const auto out = agent_of({stook::scripted_model::calls("a", "{\"x\":\"\xff\"}", "id\xff"),
                             stook::scripted_model::calls("b\xff d", "{}"), odd},
                            {ok("a")})
                       .run("go");
  CHECK(out.ok());
  CHECK(scripts::flaw(out) == "");
  CHECK(out.text == "bytes \uFFFD here");
  stook::chat_reply wrong;
  wrong.answer = stook::message::user("I am you");
  CHECK(agent_of({wrong}, {}).run("go").reason == "model.protocol");
}

TEST_CASE("a model that throws anything fails the run with a code, and the conversation is there") {
  const auto failing = [](auto thrown) {
    const auto model = std::make_shared<stook::scripted_model>(
        [thrown](const stook::chat_request&) -> stook::chat_reply { throw thrown; });
    return stook::agent({.name = "x", .model = model}).run("go");
  };
  CHECK(failing(stook::error("model.auth", "no key")).reason == "model.auth");
  CHECK(failing(std::runtime_error("x")).reason == "model.failed");
  CHECK(failing(7).reason == "model.failed");
  CHECK(failing(7).transcript.size() == 1);
}

TEST_CASE("retries are made for failures that say so, and no other") {
  int tries = 0;
  const tool t("t", "", {.effect = stook::reads, .retries = 2}, [&]() -> stook::result<int> {
    if (++tries < 3) return stook::failure{"busy", "later", "", true};
    return tries;
  });
  CHECK(results(agent_of({call("t"), says("ok")}, {t}).run("go"))[0] == "3");
  int once = 0;
  const tool u("u", "", {.effect = stook::reads, .retries = 2}, [&]() -> stook::result<int> {
    ++once;
    return stook::failure{"gone", "never"};
  });
  agent_of({call("u"), says("ok")}, {u}).run("go");
  CHECK(once == 1);
}

TEST_CASE("state is merged as its key declares, and a merge that throws ends the run") {
  const auto run = [](stook::state_key key) {
    int n = 0;
    return stook::agent({.name = "x",
                         .model = scripts::script({calls({{"t", "{}"}, {"t", "{}"}}), says("ok")}),
                         .tools = {tool("t", "", {.outputs = {{"k"}}}, [n]() mutable { return ++n; })},
                         .state = {key}})
        .run("go");
  };
  const auto sum = run(stook::state_key::merging<int>("k", [](int a, int b) { return 10 * a + b; }));
  CHECK(*sum.state.find<int>("k") == 12);
  const auto bad =
      run(stook::state_key::merging<int>("k", [](int, int) -> int { throw std::runtime_error("no law"); }));
  CHECK(bad.reason == "state_failed");
  CHECK(scripts::flaw(bad) == "");
}

TEST_CASE("a field of the result goes into the state, an empty optional does not") {
  const tool t("t", "", {.outputs = {{"token", "token"}, {"days", "days"}}}, [] { return account{"x", 4}; });
  const stook::agent a(
      {.name = "x",
       .model = scripts::script({call("t"), says("ok")}),
       .tools = {t},
       .state = {stook::state_key::of<std::string>("token"), stook::state_key::of<int>("days")}});
  const auto out = a.run("go");
  CHECK(*out.state.find<std::string>("token") == "x");
  CHECK(*out.state.find<int>("days") == 4);
}

TEST_CASE("with a clock moved by hand and a seed a run is the same bytes twice") {
  const auto bytes = [] {
    std::string all;
    struct ear final : stook::run_listener {
      std::string* into = nullptr;
      void on_event(const stook::event& e) override {
        *into += std::string(e.run_id) + to_string(e.at) + std::to_string(e.what.index());
      }
    } ear;
    ear.into = &all;
    const stook::agent child(
        {.name = "c", .model = scripts::script({call("a"), says("x")}), .tools = {ok("a")}});
    const stook::agent lead({.name = "l",
                             .model = scripts::script({call("ask", R"({"task":"t"})"), says("y")}),
                             .tools = {child.as_tool("ask", "")}});
    stook::run_options o{.listener = &ear, .clock = std::make_shared<stook::manual_clock>(), .seed = 42};
    const auto out = lead.run("go", o);
    for (const auto& m : out.transcript) all += to_json_text(m);
    return all + out.run_id;
  };
  const std::string first = bytes();
  CHECK(first.size() > 500);
  CHECK(first == bytes());
}

TEST_CASE("a stop token ends a plain run between its steps and its calls") {
  std::stop_source stop;
  int ran = 0;
  const tool t("t", "", [&] {
    ++ran;
    stop.request_stop();
  });
  stook::run_options o;
  o.stop = stop.get_token();
  const auto out =
      agent_of({calls({{"t", "{}"}, {"t", R"({"x":1})"}, {"t", "{}"}}), says("never")}, {t}).run("go", o);
  CHECK(out.status == run_status::partial);
  CHECK(out.reason == "cancelled");
  CHECK(ran == 1);
  CHECK(scripts::flaw(out) == "");
  CHECK(results(out).size() == 3);
}

TEST_CASE("a run that ends before its calls answers them all the same") {
  const auto model =
      std::make_shared<stook::scripted_model>([](const stook::chat_request&) { return call("t", "{"); });
  const stook::agent a({.name = "x",
                        .model = model,
                        .tools = {ok("t")},
                        .limits = {.steps = 2, .mistakes_in_a_row = 9, .mistakes = 9}});
  const auto out = a.run("go");
  CHECK(out.reason == "budget.steps");
  CHECK(scripts::flaw(out) == "");
}
