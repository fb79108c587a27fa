#include <stook/pipeline/run.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stook/pipeline/pipeline.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace lab {

struct sum_in {
  stook::variadic<int> values;
};
STOOK_DESCRIBE(sum_in, (values))

}  // namespace lab

namespace {

// How many components are at work, and were at most.
struct gauge {
  std::atomic<int> now = 0, most = 0;
  void enter() {
    const int count = ++now;
    for (int seen = most; count > seen && !most.compare_exchange_weak(seen, count);) continue;
  }
  void leave() { --now; }
};

stook::task<int> later(int value, std::chrono::milliseconds wait, std::shared_ptr<gauge> busy) {
  busy->enter();
  asio::steady_timer timer(co_await asio::this_coro::executor, wait);
  auto waiting = timer.async_wait(asio::use_awaitable);
  co_await std::move(waiting);
  busy->leave();
  co_return value;
}

// Components that wait for `wait`, and one that adds what they give.
stook::pipeline fan(int width, std::chrono::milliseconds wait, bool coroutines,
                    const std::shared_ptr<gauge>& busy = std::make_shared<gauge>()) {
  stook::pipeline p;
  p.add("start", [](int x) { return x; });
  p.add("sum", [](lab::sum_in in) {
    std::string order;
    for (const int v : in.values) order += std::to_string(v) + " ";
    return order;
  });
  for (int i = 0; i < width; ++i) {
    const std::string name = "w" + std::to_string(i);
    const auto own_wait = wait * (width - i);  // the last one ends first
    if (coroutines) {
      p.add(name, [i, own_wait, busy](int x) { return later(x + i, own_wait, busy); });
    } else {
      p.add(name, [i, own_wait, busy](int x) {
        busy->enter();
        std::this_thread::sleep_for(own_wait);
        busy->leave();
        return x + i;
      });
    }
    p.connect("start", name);
    p.connect(name, "sum.values");
  }
  return p;
}

stook::run_inputs with(const char* socket, int value) { return stook::run_inputs().set(socket, value); }

template <typename F>
std::chrono::milliseconds wall_of(F f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

std::string failure_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "none";
}

// Runs a coroutine that gives T to its end.
template <typename T>
T finish(stook::task<T> work) {
  asio::io_context context(1);
  std::optional<T> out;
  std::exception_ptr failure;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr e, T value) {
    failure = e;
    if (!e) out.emplace(std::move(value));
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(*out);
}

}  // namespace

TEST_CASE("components run at once, and their results arrive in the sequential order") {
  for (const bool coroutines : {false, true}) {
    CAPTURE(coroutines);
    const auto busy = std::make_shared<gauge>();
    const stook::pipeline p = fan(4, 10ms, coroutines, busy);
    CHECK(p.run(with("start.value", 10)).at<std::string>("sum.value") == "10 11 12 13 ");
    CHECK(busy->most == 1);
    CHECK(p.run(with("start.value", 10), {.parallel = 3}).at<std::string>("sum.value") == "10 11 12 13 ");
    CHECK(busy->most > 1);
    CHECK(busy->most <= 3);
  }
}

TEST_CASE("a run goes on inside an Asio program") {
  const stook::pipeline p = fan(3, 1ms, true);
  const auto program = [](const stook::pipeline& q) -> stook::task<std::string> {
    stook::pipeline_run_options options{.parallel = 3};
    const stook::run_inputs inputs = with("start.value", 5);
    auto pending = q.async_run(inputs, options);
    const stook::pipeline_result result = co_await std::move(pending);
    co_return result.at<std::string>("sum.value");
  };
  CHECK(finish<std::string>(program(p)) == "5 6 7 ");
}

TEST_CASE("a stream gives what finished, in the sequential order, while others are at work") {
  const stook::pipeline p = fan(3, 5ms, true);
  const auto program = [](const stook::pipeline& q) -> stook::task<std::string> {
    stook::pipeline_run r = q.start(with("start.value", 5), {.parallel = 3});
    std::string seen;
    bool more = true;
    while (more) {
      auto next = r.async_next();
      const std::optional<stook::partial_output> part = co_await std::move(next);
      more = part.has_value();
      if (part) seen += part->component + " ";
    }
    co_return seen;
  };
  CHECK(finish<std::string>(program(p)) == "start w0 w1 w2 sum ");
}

TEST_CASE("a deadline ends a run and its running components, and leaves the state") {
  const stook::pipeline p = fan(2, 10s, true);
  const auto wall = wall_of([&] {
    try {
      p.run(with("start.value", 1), {.parallel = 2, .wall = 30ms});
      FAIL("expected an error");
    } catch (const stook::pipeline_error& e) {
      CHECK(e.code() == "pipeline_deadline");
      CHECK(e.so_far().visits("start") == 1);
      CHECK(e.so_far().visits("w0") == 0);  // it will be repeated
    }
  });
  CHECK(wall < 5s);
}

TEST_CASE("a plain component sees the stop request in its context") {
  stook::pipeline p;
  std::atomic<bool> saw = false;
  p.add("wait", [&saw](int x, const stook::run_context& context) {
    while (!context.cancelled()) std::this_thread::sleep_for(1ms);
    saw = true;
    return x;
  });
  CHECK(failure_of([&] { p.run(with("wait.value", 1), {.parallel = 2, .wall = 20ms}); }) ==
        "pipeline_deadline");
  CHECK(saw);

  std::stop_source stop;
  std::thread stopper([&stop] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  CHECK(failure_of([&] { p.run(with("wait.value", 1), {.parallel = 2, .stop = stop.get_token()}); }) ==
        "pipeline_cancelled");
  stopper.join();
}

TEST_CASE("cancelling the coroutine that awaits a run stops the run") {
  const stook::pipeline p = fan(2, 10s, true);
  asio::io_context context(1);
  asio::cancellation_signal signal;
  const auto program = [](const stook::pipeline& q) -> stook::task<void> {
    stook::pipeline_run_options options{.parallel = 2};
    const stook::run_inputs inputs = with("start.value", 5);
    auto pending = q.async_run(inputs, options);
    co_await std::move(pending);
  };
  std::string code;
  auto work = program(p);
  asio::co_spawn(context, std::move(work),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                   code = failure_of([&] {
                     if (e) std::rethrow_exception(e);
                   });
                 }));
  asio::steady_timer timer(context, 20ms);
  timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
  const auto wall = wall_of([&] { context.run(); });
  CHECK(code == "pipeline_cancelled");
  CHECK(wall < 5s);
}

TEST_CASE("a cancellation that comes before the wait for running components ends the run all the same") {
  asio::io_context context(1);
  asio::cancellation_signal signal;
  stook::pipeline p;
  p.add("waits", [](int x) -> stook::task<int> {
    asio::steady_timer timer(co_await asio::this_coro::executor, 10s);
    co_await timer.async_wait(asio::use_awaitable);
    co_return x;
  });
  p.add("cancels", [&signal](int x) {
    signal.emit(asio::cancellation_type::terminal);
    return x;
  });
  const auto program = [](const stook::pipeline& q) -> stook::task<void> {
    stook::pipeline_run_options options{.parallel = 2};
    stook::run_inputs inputs = with("waits.value", 5);
    inputs.set("cancels.value", 6);
    // Asio's co_spawn throws out of io_context::run where a coroutine is cancelled that never waited
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    auto pending = q.async_run(inputs, options);
    co_await std::move(pending);
  };
  std::string code;
  auto work = program(p);
  asio::co_spawn(context, std::move(work),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                   code = failure_of([&] {
                     if (e) std::rethrow_exception(e);
                   });
                 }));
  const auto wall = wall_of([&] { context.run(); });
  CHECK(code == "pipeline_cancelled");
  CHECK(wall < 5s);
}

TEST_CASE("of several failures the one that comes first in sequence is reported, after the others ended") {
  stook::pipeline p;
  std::atomic<int> ended = 0;
  p.add("a", [&](int) {
    std::this_thread::sleep_for(30ms);
    ++ended;
    throw std::runtime_error("first");
    return 0;
  });
  p.add("b", [&](int) {
    ++ended;
    throw std::runtime_error("second");
    return 0;
  });
  try {
    p.run(stook::run_inputs().set("a.value", 1).set("b.value", 1), {.parallel = 2});
    FAIL("expected an error");
  } catch (const stook::pipeline_error& e) {
    CHECK(e.component() == "a");
    CHECK(ended == 2);
  }
}

TEST_CASE("an abandoned run stops what is running") {
  const stook::pipeline p = fan(2, 10s, true);
  const auto wall = wall_of([&] {
    stook::pipeline_run r = p.start(with("start.value", 1), {.parallel = 2});
    CHECK(r.next()->component == "start");
    stook::pipeline_run other = std::move(r);
  });
  CHECK(wall < 5s);
}
