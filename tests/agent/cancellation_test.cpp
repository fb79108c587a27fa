// What ends a run from outside reaches whatever waits in it.
#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "naps.hpp"
#include "scripts.hpp"

namespace asio = boost::asio;
using namespace std::chrono_literals;
using scripts::call;
using scripts::calls;
using scripts::nap;
using scripts::naps;
using scripts::slow_model;
using scripts::soon;
using scripts::with;
using stook::run_status;
using stook::task;
using stook::tool;
using wall = std::chrono::steady_clock;

namespace {

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
