#include "core/run_on.hpp"

#include <chrono>
#include <stdexcept>

#include <doctest/doctest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
using stook::task;
using stook::detail::run_on;

namespace {

using strand = asio::strand<asio::any_io_executor>;

task<int> wait_for(asio::steady_timer& timer) {
  boost::system::error_code ec;
  auto pending = timer.async_wait(asio::redirect_error(asio::use_awaitable_t<>{}, ec));
  co_await std::move(pending);
  co_return ec ? 1 : 2;
}

task<int> fail(asio::steady_timer& timer) {
  auto pending = wait_for(timer);
  co_await std::move(pending);
  throw std::runtime_error("no luck");
}

// What the one who waits saw: 1 or 2 from the work, 10 more if it was then cancelled itself.
task<int> watch(strand on, asio::steady_timer& timer) {
  co_await asio::this_coro::throw_if_cancelled(false);
  auto work = wait_for(timer);
  auto pending = run_on(on, std::move(work));
  int seen = co_await std::move(pending);
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) seen += 10;
  // what waits next has the slot that the cancellation came by
  asio::steady_timer soon(on, std::chrono::milliseconds(1));
  auto after = wait_for(soon);
  co_await std::move(after);
  co_return seen;
}

struct bench {
  asio::io_context io{1};
  strand on{asio::make_strand(asio::any_io_executor(io.get_executor()))};
  asio::steady_timer timer{on, asio::steady_timer::time_point::max()};
  asio::cancellation_signal signal;
  int seen = 0;
  std::exception_ptr failed;

  void start(task<int> work) {
    asio::co_spawn(io, std::move(work),
                   asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr e, int got) {
                     failed = e;
                     seen = got;
                   }));
  }
  void finish_work() { timer.expires_at(asio::steady_timer::time_point::min()); }
};

}  // namespace

TEST_CASE("the work runs on its strand and its value comes back") {
  bench b;
  b.start(watch(b.on, b.timer));
  b.timer.expires_after(std::chrono::milliseconds(1));
  b.io.run();
  CHECK(b.seen == 2);
}

TEST_CASE("a cancellation of the one who waits reaches the work") {
  bench b;
  b.start(watch(b.on, b.timer));
  b.io.poll();
  b.signal.emit(asio::cancellation_type::terminal);
  b.io.run();
  CHECK(b.seen == 11);
}

TEST_CASE("a cancellation that comes when the work is over harms nobody") {
  for (int i = 0; i < 1000; ++i) {
    bench b;
    b.start(watch(b.on, b.timer));
    b.io.poll();
    asio::post(b.on, [&] {
      b.finish_work();
      b.signal.emit(asio::cancellation_type::terminal);  // behind what the timer's end has queued
    });
    b.io.run();
    REQUIRE((b.seen == 11 || b.seen == 12));
  }
}

TEST_CASE("what the work throws comes back") {
  bench b;
  auto outer = [&]() -> task<int> {
    auto work = fail(b.timer);
    auto pending = run_on(b.on, std::move(work));
    co_return co_await std::move(pending);
  };
  b.start(outer());
  b.io.poll();
  b.signal.emit(asio::cancellation_type::terminal);
  b.io.run();
  REQUIRE(b.failed);
  CHECK_THROWS_WITH(std::rethrow_exception(b.failed), "no luck");
}
