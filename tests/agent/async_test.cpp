// Runs on an io_context: waiting tools, the pool, cancellation, many at once.
#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "scripts.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using scripts::call;
using scripts::calls;
using scripts::results;
using scripts::says;
using stook::run_status;
using stook::task;
using stook::tool;
using wall = std::chrono::steady_clock;

namespace {

// What waits 10 s is interrupted within this.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr auto soon = 3s;
#else
constexpr auto soon = 330ms;
#endif

task<void> nap(std::chrono::milliseconds how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  co_await timer.async_wait(asio::use_awaitable);
}

tool naps(std::string name, std::chrono::milliseconds how_long,
          stook::tool_options options = {.effect = stook::reads}) {
  return tool(std::move(name), "", std::move(options), [how_long]() -> task<std::string> {
    auto pending = nap(how_long);
    co_await std::move(pending);
    co_return "rested";
  });
}

class slow_model final : public stook::waiting_model {
 public:
  explicit slow_model(std::chrono::milliseconds how_long) : how_long_(how_long) {}
  std::string name() const override { return "slow"; }
  task<stook::chat_reply> async_generate(const stook::chat_request&, stook::generation&) override {
    auto pending = nap(how_long_);
    co_await std::move(pending);
    co_return says("at last");
  }

 private:
  std::chrono::milliseconds how_long_;
};

stook::agent with(std::vector<stook::chat_reply> replies, stook::toolset tools,
                  stook::run_limits limits = {}) {
  return stook::agent({.name = "x",
                       .model = scripts::script(std::move(replies)),
                       .tools = std::move(tools),
                       .limits = limits});
}

// Cancels a run by `how` after 30 ms, and demands its end within 300 ms.
void cancelled_in_time(const stook::agent& a, bool by_token) {
  asio::io_context io;
  std::stop_source stop;
  asio::cancellation_signal signal;
  stook::run_options options;
  if (by_token) options.stop = stop.get_token();
  std::optional<stook::answer> out;
  bool later_awaits_fail = false;
  const auto whole = [&]() -> task<void> {
    auto pending = a.async_run("go", options);
    out = co_await std::move(pending);
    try {
      auto more = nap(1ms);
      co_await std::move(more);
    } catch (const boost::system::system_error&) {
      later_awaits_fail = true;
    }
  };
  asio::co_spawn(io, whole(),
                 asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr e) { CHECK_FALSE(e); }));
  asio::steady_timer timer(io, 30ms);
  std::thread other;
  timer.async_wait([&](boost::system::error_code) {
    if (by_token) {
      other = std::thread([&] { stop.request_stop(); });
    } else {
      signal.emit(asio::cancellation_type::terminal);
    }
  });
  const auto began = wall::now();
  io.run();
  if (other.joinable()) other.join();
  CHECK(wall::now() - began < soon);
  REQUIRE(out);
  CHECK(out->status == run_status::partial);
  CHECK(out->reason == "cancelled");
  CHECK(scripts::flaw(*out) == "");
  CHECK(later_awaits_fail == !by_token);  // the caller's coroutine is as it was
}

}  // namespace

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

TEST_CASE("cancellation reaches the model, a tool, parallel tools, the pool and a sub-agent") {
  for (const bool by_token : {true, false}) {
    CAPTURE(by_token);
    const auto slow = std::make_shared<slow_model>(10s);
    const stook::agent waits({.name = "m", .model = slow});
    cancelled_in_time(waits, by_token);
    cancelled_in_time(with({call("t")}, {naps("t", 10s)}), by_token);
    cancelled_in_time(with({calls({{"t", "{}"}, {"t", "{}"}, {"t", "{}"}})}, {naps("t", 10s)}), by_token);
    cancelled_in_time(with({call("ask", R"({"task":"t"})")}, {waits.as_tool("ask", "")}), by_token);
    cancelled_in_time(
        with({call("ask", R"({"task":"t"})")}, {with({call("t")}, {naps("t", 10s)}).as_tool("ask", "")}),
        by_token);
    const tool blocks("t", "", {.effect = stook::reads, .blocking = true}, [](const stook::run_context& c) {
      while (!c.cancelled()) std::this_thread::sleep_for(1ms);
    });
    cancelled_in_time(with({call("t")}, {blocks}), by_token);
  }
}

TEST_CASE("a cancellation that comes before a call waits ends the run all the same") {
  asio::cancellation_signal* signal = nullptr;
  const tool cancels("cancels", "", [&] {
    signal->emit(asio::cancellation_type::terminal);
    return 1;
  });
  const tool blocks("blocks", "", {.effect = stook::reads, .blocking = true},
                    [](const stook::run_context& c) {
                      while (!c.cancelled()) std::this_thread::sleep_for(1ms);
                    });
  const tool cancels_waiting("cancels_waiting", "", [&]() -> task<int> {
    signal->emit(asio::cancellation_type::terminal);
    co_return 1;
  });
  const auto run = [&](std::vector<std::string> names) {
    std::vector<stook::tool_call> turn;
    for (auto& name : names) turn.push_back({"", std::move(name), "{}"});
    const stook::agent a({.name = "x",
                          .model = scripts::script({stook::scripted_model::calls(std::move(turn))}),
                          .tools = {cancels, cancels_waiting, blocks, naps("naps", 10s)}});
    asio::io_context io;
    asio::cancellation_signal emitted;
    signal = &emitted;
    std::string reason;
    const auto whole = [&]() -> task<void> {
      // Asio's co_spawn throws out of io_context::run where a coroutine is cancelled that never waited
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      stook::run_options options;
      auto pending = a.async_run("go", options);
      const stook::answer out = co_await std::move(pending);
      reason = out.reason;
    };
    asio::co_spawn(io, whole(), asio::bind_cancellation_slot(emitted.slot(), asio::detached));
    io.run();
    return reason;
  };
  const auto began = wall::now();
  CHECK(run({"cancels", "blocks"}) == "cancelled");
  CHECK(run({"cancels", "naps", "naps"}) == "cancelled");
  CHECK(run({"cancels_waiting", "blocks"}) == "cancelled");
  CHECK(run({"cancels_waiting", "naps"}) == "cancelled");
  CHECK(wall::now() - began < 4 * soon);
}

TEST_CASE("a model that answers on the spot is not asked once the run is cancelled") {
  asio::cancellation_signal signal;
  int asked = 0;
  const tool cancels("cancels", "", [&] { signal.emit(asio::cancellation_type::terminal); });
  const auto answers = [&](const stook::chat_request&) {
    ++asked;
    return call("cancels");
  };
  const stook::agent a(
      {.name = "x", .model = std::make_shared<stook::scripted_model>(answers), .tools = {cancels}});
  asio::io_context io;
  std::string reason, again;
  const auto whole = [&]() -> task<void> {
    // Asio's co_spawn throws out of io_context::run where a coroutine is cancelled that never waited
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    co_await asio::this_coro::throw_if_cancelled(false);
    stook::run_options options;
    auto pending = a.async_run("go", options);
    const stook::answer out = co_await std::move(pending);
    reason = out.reason;
    auto late = a.async_run("go", options);  // cancelled before it begins
    const stook::answer none = co_await std::move(late);
    again = none.reason;
  };
  asio::co_spawn(io, whole(), asio::bind_cancellation_slot(signal.slot(), asio::detached));
  io.run();
  CHECK(reason == "cancelled");
  CHECK(again == "cancelled");
  CHECK(asked == 1);
}

TEST_CASE("a plain run is cancelled from another thread") {
  std::stop_source stop;
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  stook::run_options o;
  o.stop = stop.get_token();
  const auto began = wall::now();
  const auto out = with({call("t")}, {naps("t", 10s)}).run("go", o);
  other.join();
  CHECK(out.reason == "cancelled");
  CHECK(wall::now() - began < soon);
}

TEST_CASE("a run that is stopped before it begins does nothing") {
  std::stop_source stop;
  stop.request_stop();
  stook::run_options o;
  o.stop = stop.get_token();
  CHECK(with({}, {naps("t", 10s)}).run("go", o).reason == "cancelled");
}

TEST_CASE("the wall limit interrupts what waits, in the whole tree") {
  const auto began = wall::now();
  const auto slow = std::make_shared<slow_model>(10s);
  const stook::agent child({.name = "m", .model = slow});
  const auto out =
      with({call("ask", R"({"task":"t"})")}, {child.as_tool("ask", "")}, {.wall = 50ms}).run("go");
  CHECK(out.status == run_status::partial);
  CHECK(out.reason == "budget.wall");
  CHECK(wall::now() - began < soon);
}

TEST_CASE("an aborted socket of a model that nobody cancelled is a failure, not a cancellation") {
  class aborts final : public stook::waiting_model {
   public:
    std::string name() const override { return "aborts"; }
    task<stook::chat_reply> async_generate(const stook::chat_request&, stook::generation&) override {
      throw boost::system::system_error(asio::error::operation_aborted);
      co_return stook::chat_reply{};
    }
  };
  CHECK(stook::agent({.name = "x", .model = std::make_shared<aborts>()}).run("go").reason == "model.failed");
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
