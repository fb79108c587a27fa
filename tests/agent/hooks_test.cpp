#include <stook/agent/hooks.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::says;
using stook::hook_context;
using stook::hook_points;
using stook::run_status;
using stook::tool;

namespace {

tool ping() {
  return tool("ping", "", stook::pure, [] { return "pong"; });
}
stook::answer run(std::vector<stook::chat_reply> replies, hook_points hooks, stook::run_limits limits = {},
                  std::vector<std::string> exits = {}) {
  const stook::agent a({.name = "hooked",
                        .model = scripts::script(std::move(replies)),
                        .tools = {ping()},
                        .exit_tools = std::move(exits),
                        .limits = limits,
                        .hooks = std::move(hooks)});
  auto out = a.run("go");
  CHECK(scripts::flaw(out) == "");
  return out;
}

}  // namespace

TEST_CASE("hooks run at their six points, each list in its order") {
  std::string order;
  const auto mark = [&order](char c) { return [&order, c](hook_context&) { order += c; }; };
  run({call("ping"), says("ok")}, {.before_run = {mark('a'), mark('b')},
                                   .before_llm = {mark('c')},
                                   .before_tool = {mark('d')},
                                   .after_tool = {mark('e')},
                                   .on_exit = {mark('f')},
                                   .after_run = {mark('g')}});
  CHECK(order == "abcdecfg");
}

TEST_CASE("the last message decides what runs, also after a hook rewrote it") {
  const auto strip = [](hook_context& c) {
    if (!c.messages().back().calls().empty())
      c.edit_messages().back() = stook::message::assistant("I would call");
  };
  int after = 0;
  const auto a = run({call("ping"), says("ok")},
                     {.before_tool = {strip}, .after_tool = {[&](hook_context&) { ++after; }}});
  CHECK(a.ok());
  CHECK(a.tool_call_counts.empty());
  CHECK(after == 1);
  CHECK(a.steps == 2);
}

TEST_CASE("rewriting results does not change whether an exit tool matched") {
  const auto blank = [](hook_context& c) {
    const auto& last = c.messages().back();
    const auto id = last.call_id();
    c.edit_messages().back() = stook::message::tool(id, "ping", "redacted");
  };
  const auto a = run({call("ping")}, {.after_tool = {blank}}, {}, {"ping"});
  CHECK(a.ok());
  CHECK(a.reason == "ping");
  CHECK(scripts::results(a) == std::vector<std::string>{"redacted"});
}

TEST_CASE("a hook that breaks the conversation is found before the next model call") {
  const auto drop = [](hook_context& c) { c.edit_messages().pop_back(); };
  const stook::agent a({.name = "x",
                        .model = scripts::script({call("ping"), says("ok")}),
                        .tools = {ping()},
                        .hooks = {.after_tool = {drop}}});
  const auto out = a.run("go");
  CHECK(out.status == run_status::failed);
  CHECK(out.reason == "bad_history");
}

TEST_CASE("stop before a model call ends the run without it; all hooks of the point still run") {
  int later = 0, exits = 0, after = 0;
  const auto a =
      run({says("never")},
          {.before_llm = {[](hook_context& c) { c.stop("enough"); }, [&](hook_context&) { ++later; }},
           .on_exit = {[&](hook_context&) { ++exits; }},
           .after_run = {[&](hook_context&) { ++after; }}});
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "enough");
  CHECK(a.steps == 0);
  CHECK(later == 1);
  CHECK(exits == 0);
  CHECK(after == 1);
}

TEST_CASE("stop in the middle of a step acts at the next model call, and a natural end wins") {
  const auto stop = [](hook_context& c) { c.stop("enough"); };
  const auto a = run({call("ping"), says("never")}, {.after_tool = {stop}});
  CHECK(a.reason == "enough");
  CHECK(a.steps == 1);
  CHECK(a.tool_call_counts.at("ping") == 1);
  CHECK(run({call("ping")}, {.after_tool = {stop}}, {}, {"ping"}).ok());
  CHECK(run({call("ping")}, {.after_tool = {stop}}, {.steps = 1}).reason == "budget.steps");
}

TEST_CASE("an exit hook can ask for more, elsewhere the wish has no effect") {
  int asked = 0;
  const auto once_more = [&](hook_context& c) {
    if (asked++ == 0) c.keep_going();
  };
  const auto a = run({says("one"), says("two")}, {.on_exit = {once_more}});
  CHECK(a.text == "two");
  CHECK(a.steps == 2);
  const auto keep = [](hook_context& c) { c.keep_going(); };
  CHECK(run({says("one")}, {.before_llm = {keep}, .after_run = {keep}}).steps == 1);
  CHECK(run({says("1"), says("2"), says("3"), says("4")}, {.on_exit = {keep}}, {.steps = 3}).reason ==
        "budget.steps");
}

TEST_CASE("a hook that throws ends the run as failed, with the conversation, and after_run still runs") {
  bool after = false;
  const auto a =
      run({call("ping")}, {.before_tool = {[](hook_context&) { throw std::runtime_error("boom"); }},
                           .after_run = {[&](hook_context&) { after = true; }}});
  CHECK(a.status == run_status::failed);
  CHECK(a.reason == "hook_failed");
  CHECK(a.error->message.find("boom") != std::string::npos);
  CHECK(after);
  CHECK(run({says("x")}, {.after_run = {[](hook_context&) { throw 5; }}}).reason == "hook_failed");
}

TEST_CASE("a hook sees and sets the state of its run") {
  const stook::agent agent({.name = "x",
                            .model = scripts::script({says("ok")}),
                            .state = {stook::state_key::of<int>("n")},
                            .contract = {.state_keys = {"n"}},
                            .hooks = {.before_run = {[](hook_context& c) {
                                        CHECK(c.agent() == "x");
                                        CHECK(c.step() == 0);
                                        CHECK(c.run_id().starts_with("run_"));
                                        c.state().set("n", 3);
                                      }}}});
  const auto a = agent.run("go");
  CHECK(a.ok());
  CHECK(*a.state.find<int>("n") == 3);
}
