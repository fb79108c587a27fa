#include <stook/agent/approval.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::calls;
using scripts::results;
using scripts::says;
using stook::approval;
using stook::run_status;
using stook::tool;
using verdict = stook::approval::verdict;

namespace {

struct target {
  std::string service;
};
STOOK_DESCRIBE(target, (service))

struct ops {
  int restarts = 0;
  tool restart() {
    return tool("restart", "", {.needs_approval = true}, [this](target t) {
      ++restarts;
      return "restarted " + t.service;
    });
  }
  stook::agent with(std::vector<stook::chat_reply> replies) {
    return stook::agent({.name = "ops",
                         .model = scripts::script(std::move(replies)),
                         .tools = {restart(), tool("look", "", stook::reads, [] { return 1; })}});
  }
};

const char* api = R"({"service":"api"})";

}  // namespace

TEST_CASE("an approver is asked with exactly what will run") {
  ops b;
  std::vector<stook::approval_request> asked;
  stook::run_options options;
  options.approver = [&](const stook::approval_request& r) -> approval {
    asked.push_back(r);
    return {verdict::approve};
  };
  const auto a = b.with({call("restart", R"( { "service" : "api" } )"), says("ok")}).run("go", options);
  CHECK(a.ok());
  CHECK(b.restarts == 1);
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].arguments == api);
  CHECK(asked[0].tool == "restart");
  CHECK(asked[0].effect == stook::once);
  CHECK(asked[0].hash.size() == 64);
}

TEST_CASE("a rejection is told to the model with the person's words") {
  ops b;
  stook::run_options options;
  options.approver = [](const stook::approval_request&) -> approval {
    return {verdict::reject, "not in business hours"};
  };
  const auto a = b.with({call("restart", api), says("ok")}).run("go", options);
  CHECK(a.ok());
  CHECK(b.restarts == 0);
  CHECK(results(a)[0].find("not in business hours") != std::string::npos);
  CHECK(results(a)[0].find("approval_rejected") != std::string::npos);
}

TEST_CASE("a run pauses before the turn runs and goes on from the answer, more than once") {
  ops b;
  const auto agent = b.with({calls({{"look", "{}"}, {"restart", api}}), says("ok"), says("ok again")});
  const auto paused = agent.run("go");
  REQUIRE(paused.status == run_status::paused);
  CHECK(paused.reason == "approval");
  REQUIRE(paused.pending.size() == 1);
  CHECK(b.restarts == 0);
  CHECK(results(paused).empty());
  const auto a = agent.resume(paused, {{paused.pending[0].hash, {verdict::approve}}});
  CHECK(a.ok());
  CHECK(a.run_id == paused.run_id);
  CHECK(results(a) == std::vector<std::string>{"1", "restarted api"});
  CHECK(scripts::flaw(a) == "");
  // defect 20: the paused answer is as it was, and serves again
  const auto again = agent.resume(paused, {{paused.pending[0].hash, {verdict::reject}}});
  CHECK(again.ok());
  CHECK(again.text == "ok again");
  CHECK(b.restarts == 1);
}

TEST_CASE("without a decision the run stays paused, and a decision for nothing is refused") {
  ops b;
  const auto agent = b.with({call("restart", api), says("ok")});
  const auto paused = agent.run("go");
  const auto still = agent.resume(paused, {});
  CHECK(still.status == run_status::paused);
  CHECK(still.pending[0].hash == paused.pending[0].hash);
  CHECK_THROWS_AS(agent.resume(paused, {{std::string(64, '0'), {verdict::approve}}}), stook::error);
  CHECK_THROWS_AS(agent.resume(stook::answer{}, {}), stook::error);
  CHECK_THROWS_AS(b.with({}).resume(paused, {}), stook::error);
}

TEST_CASE("other arguments have another hash") {
  ops b;
  const auto hash = [&](const char* arguments, std::uint64_t seed) {
    return b.with({call("restart", arguments)}).run("go", {.seed = seed}).pending.at(0).hash;
  };
  CHECK(hash(api, 1) == hash(R"({ "service":"api" })", 1));
  CHECK(hash(api, 1) != hash(R"({"service":"db"})", 1));
  CHECK(hash(api, 1) != hash(api, 2));  // another run
}

TEST_CASE("wrong arguments are answered without asking anyone") {
  ops b;
  bool asked = false;
  stook::run_options options;
  options.approver = [&](const stook::approval_request&) -> approval {
    asked = true;
    return {verdict::approve};
  };
  const auto a = b.with({call("restart", R"({"service":5})"), says("ok")}).run("go", options);
  CHECK_FALSE(asked);
  CHECK(results(a)[0].find("args_schema") != std::string::npos);
}

TEST_CASE("two pending calls are decided one by one") {
  ops b;
  const auto agent = b.with({calls({{"restart", api}, {"restart", R"({"service":"db"})"}}), says("ok")});
  const auto paused = agent.run("go");
  REQUIRE(paused.pending.size() == 2);
  const auto half = agent.resume(paused, {{paused.pending[0].hash, {verdict::reject}}});
  REQUIRE(half.status == run_status::paused);
  REQUIRE(half.pending.size() == 1);
  CHECK(half.pending[0].hash == paused.pending[1].hash);
  const auto a = agent.resume(half, {{half.pending[0].hash, {verdict::approve}}});
  CHECK(a.ok());
  CHECK(b.restarts == 1);
  CHECK(results(a)[1] == "restarted db");
}

TEST_CASE("an approver that throws ends the run, not the program") {
  ops b;
  stook::run_options options;
  options.approver = [](const stook::approval_request&) -> approval {
    throw std::runtime_error("pager down");
  };
  const auto a = b.with({call("restart", api)}).run("go", options);
  CHECK(a.status == run_status::failed);
  CHECK(a.reason == "approver_failed");
  CHECK(scripts::flaw(a) == "");
}

TEST_CASE("an approval deep in the tree pauses the root and reaches the child, with usage counted once") {
  ops b;
  stook::chat_reply first = call("restart", api);
  first.used.input_tokens = 100;
  stook::chat_reply last = says("child done");
  last.used.input_tokens = 10;
  const stook::agent child(
      {.name = "child", .model = scripts::script({first, last}), .tools = {b.restart()}});
  const stook::agent lead(
      {.name = "lead",
       .model = scripts::script({calls({{"look", "{}"}, {"ask", R"({"task":"fix"})"}}), says("all done")}),
       .tools = {child.as_tool("ask", ""), tool("look", "", [n = 0]() mutable { return ++n; })}});
  const auto paused = lead.run("go");
  REQUIRE(paused.status == run_status::paused);
  REQUIRE(paused.pending.size() == 1);
  CHECK(paused.pending[0].agent == "child");
  CHECK(paused.used.input_tokens == 100);
  const auto a = lead.resume(paused, {{paused.pending[0].hash, {verdict::approve}}});
  CHECK(a.ok());
  CHECK(a.text == "all done");
  CHECK(b.restarts == 1);
  CHECK(a.used.input_tokens == 110);
  CHECK(results(a) == std::vector<std::string>{"1", "child done"});  // what had run does not run again
}

TEST_CASE("a resumed run keeps the type of its answer, its limits and a hook's wish to stop") {
  ops b;
  const stook::agent typed(
      {.name = "t",
       .model = scripts::script({call("restart", api), says("not json"), says(R"({"service":"x"})")}),
       .tools = {b.restart()}});
  const auto paused = typed.run_as<target>("go");
  const auto a = typed.resume(paused, {{paused.pending.at(0).hash, {verdict::approve}}});
  CHECK(a.ok());
  CHECK(a.as<target>().service == "x");
  CHECK(a.steps == 3);
  const stook::agent stopped(
      {.name = "t",
       .model = scripts::script({call("restart", api), says("never")}),
       .tools = {b.restart()},
       .hooks = {.before_tool = {[](stook::hook_context& c) { c.stop("a reason of its own"); }}}});
  const auto waits = stopped.run("go");
  const auto end = stopped.resume(waits, {{waits.pending.at(0).hash, {verdict::approve}}});
  CHECK(end.reason == "a reason of its own");
  CHECK(end.status == run_status::partial);
}
