// Runs on an io_context: waiting tools, the pool, many at once.
#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "naps.hpp"
#include "scripts.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using scripts::call;
using scripts::calls;
using scripts::nap;
using scripts::naps;
using scripts::results;
using scripts::says;
using scripts::soon;
using scripts::with;
using stook::run_status;
using stook::task;
using stook::tool;
using wall = std::chrono::steady_clock;

TEST_CASE("waiting tools of one turn wait together, and results keep call order") {
  int inside = 0;
  const tool slow("slow", "", [&]() -> task<std::string> {
    ++inside;
    for (int i = 0; inside < 2 && i < 2000; ++i) {  // until the other one is here
      auto pending = nap(1ms);
      co_await std::move(pending);
    }
    co_return inside == 2 ? "together" : "alone";
  });
  const tool quick("quick", "", []() -> task<int> { co_return 1; });
  const auto out =
      with({calls({{"slow", "{}"}, {"quick", "{}"}, {"slow", "{}"}}), says("ok")}, {slow, quick}).run("go");
  CHECK(out.ok());
  CHECK(results(out) == std::vector<std::string>{"together", "1", "together"});
}

TEST_CASE("calls that share an exclusive resource run one after the other") {
  std::atomic<int> inside = 0, most = 0;
  const auto f = [&]() -> task<void> {
    most = std::max(most.load(), ++inside);
    auto pending = nap(5ms);
    co_await std::move(pending);
    --inside;
  };
  const auto run = [&](std::vector<std::string> exclusive) {
    most = 0;
    const tool t("t", "", {.exclusive = std::move(exclusive)}, f);
    CHECK(with({calls({{"t", "{}"}, {"t", "{}"}, {"t", "{}"}}), says("ok")}, {t}).run("go").ok());
    return most.load();
  };
  CHECK(run({}) == 3);
  CHECK(run({"database"}) == 1);
}

TEST_CASE("no more calls wait at the same time than parallel_tools says") {
  std::atomic<int> inside = 0, most = 0;
  const tool t("t", "", [&]() -> task<void> {
    most = std::max(most.load(), ++inside);
    auto pending = nap(3ms);
    co_await std::move(pending);
    --inside;
  });
  const stook::agent a(
      {.name = "x",
       .model = scripts::script(
           {calls({{"t", "{}"}, {"t", "{}"}, {"t", "{}"}, {"t", "{}"}, {"t", "{}"}}), says("ok")}),
       .tools = {t},
       .parallel_tools = 2});
  CHECK(a.run("go").ok());
  CHECK(most == 2);
}

TEST_CASE("blocking tools run on the pool at the same time, with a context of their own") {
  const auto here = std::this_thread::get_id();
  std::atomic<int> inside = 0;
  const tool t("t", "", {.effect = stook::reads, .blocking = true}, [&](const stook::run_context& c) {
    c.progress("working");
    ++inside;
    for (int i = 0; inside < 3 && i < 2000; ++i) std::this_thread::sleep_for(1ms);
    return inside == 3 && std::this_thread::get_id() != here && !c.cancelled() && !c.call_key().empty();
  });
  const auto out =
      with({calls({{"t", "{}"}, {"t", "{}"}, {"t", "{}"}}), says("ok")}, {t}, {.same_call = 0}).run("go");
  CHECK(results(out) == std::vector<std::string>{"true", "true", "true"});
}

TEST_CASE("a call that takes too long is a tool_timeout, and one that acts is in doubt") {
  for (const bool on_pool : {false, true}) {
    for (const auto effect : {stook::reads, stook::once}) {
      CAPTURE(on_pool);
      std::atomic<bool> told = false;
      const auto make = [&] {
        if (!on_pool) return naps("t", 10s, {.effect = effect, .timeout = 20ms});
        return tool("t", "", {.effect = effect, .timeout = 20ms}, [&told](const stook::run_context& c) {
          CHECK(c.deadline());
          while (!c.cancelled()) std::this_thread::sleep_for(1ms);
          told = true;
        });
      };
      const auto agent = with({call("t"), says("ok")}, {make()});
      const auto began = wall::now();
      const auto out = agent.run("go");
      CHECK(wall::now() - began < soon);
      CHECK(results(out)[0].find("tool_timeout") != std::string::npos);
      if (effect == stook::reads) {
        CHECK(out.ok());
      } else {
        CHECK(out.status == run_status::paused);
        CHECK(out.reason == "in_doubt");
        CHECK(agent.resume(out, {}).ok());
      }
      while (on_pool && !told) std::this_thread::sleep_for(1ms);
    }
  }
}

TEST_CASE("a pool call that outlives its run, its agent and their io_context harms nobody") {
  std::atomic<bool> release = false, left = false;
  {
    const tool t("t", "", {.effect = stook::reads, .timeout = 10ms}, [&](const stook::run_context& c) {
      while (!release) std::this_thread::sleep_for(1ms);
      c.progress("still here");
      left = true;
      return 1;
    });
    CHECK(with({call("t"), says("ok")}, {t}).run("go").ok());
    release = true;
  }
  while (!left) std::this_thread::sleep_for(1ms);
}

TEST_CASE("a paused run goes on inside an Asio program") {
  const tool t("t", "", {.needs_approval = true}, []() -> task<int> { co_return 5; });
  const auto agent = with({call("t"), says("ok")}, {t});
  const auto paused = agent.run("go");
  REQUIRE(paused.status == run_status::paused);
  asio::io_context io;
  stook::run_options none;
  std::string text;
  const auto whole = [&]() -> task<void> {
    std::vector<stook::approval_decision> decisions;
    decisions.push_back({paused.pending[0].hash, {stook::approval::verdict::approve}});
    auto pending = agent.async_resume(paused, std::move(decisions), none);
    const stook::answer a = co_await std::move(pending);
    text = a.text;
  };
  asio::co_spawn(io, whole(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  io.run();
  CHECK(text == "ok");
}

TEST_CASE("many runs of one agent share an io_context with several threads") {
  const auto model = std::make_shared<stook::scripted_model>([](const stook::chat_request& r) {
    return r.messages.back().from() == stook::role::tool
               ? says("done")
               : calls({{"naps", "{}"}, {"pool", "{}"}, {"ask", R"({"task":"t"})"}});
  });
  const auto inner = std::make_shared<stook::scripted_model>([](const stook::chat_request& r) {
    return r.messages.back().from() == stook::role::tool ? says("deep")
                                                         : calls({{"naps", "{}"}, {"naps", "{}"}});
  });
  const stook::agent child({.name = "child", .model = inner, .tools = {naps("naps", 1ms)}});
  const stook::agent a(
      {.name = "x",
       .model = model,
       .tools = {naps("naps", 2ms, {.effect = stook::reads, .timeout = 5s}),
                 tool("pool", "", {.effect = stook::reads, .blocking = true}, [] { return 2; }),
                 child.as_tool("ask", "")},
       .limits = {.wall = 60s}});
  asio::io_context io;
  std::stop_source never;
  std::atomic<int> done = 0;
  stook::run_options options;
  options.stop = never.get_token();
  const auto one = [&]() -> task<void> {
    auto pending = a.async_run("go", options);
    const stook::answer out = co_await std::move(pending);
    if (out.ok() && results(out).size() == 3 && results(out)[2] == "deep") ++done;
  };
  for (int i = 0; i < 100; ++i) asio::co_spawn(io, one(), [](std::exception_ptr e) { CHECK_FALSE(e); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { io.run(); });
  for (auto& t : threads) t.join();
  CHECK(done == 100);
}
