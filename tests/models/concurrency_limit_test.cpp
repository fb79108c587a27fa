#include <stook/models/concurrency_limit.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <stook/agent/agent.hpp>

#include "asking.hpp"

namespace asio = boost::asio;
using namespace asking;
using namespace std::chrono_literals;

namespace {

// Counts who is inside at once, and lets others have a turn meanwhile.
class crowded final : public stook::waiting_model {
 public:
  std::string name() const override { return "crowded"; }
  stook::task<chat_reply> async_generate(const chat_request& request, generation&) override {
    const visit one(inside);
    const int now = inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    for (int i = 0; i < 3; ++i) co_await asio::post(asio::use_awaitable);
    const std::string text = request.messages.back().text();
    if (text == "fail") throw overload();
    co_return stook::scripted_model::says(text);
  }

  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;

 private:
  struct visit {
    explicit visit(std::atomic<int>& of) : inside(of) { ++inside; }
    ~visit() { --inside; }
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;
    std::atomic<int>& inside;
  };
};

stook::task<void> ask_and_note(stook::chat_model& model, std::string text, std::vector<std::string>& order) {
  caller nobody;
  const std::vector<message> said{message::user(std::move(text))};
  const chat_request request{.messages = said};
  auto pending = model.async_generate(request, nobody);
  const chat_reply reply = co_await std::move(pending);
  order.push_back(reply.answer.text());
}

void start(asio::io_context& io, stook::task<void> work) {
  asio::co_spawn(io, std::move(work), asio::detached);
}

}  // namespace

TEST_CASE("no more than the limit are inside, over threads and event loops, and all are answered") {
  const auto inner = std::make_shared<crowded>();
  const auto model = stook::with_concurrency_limit(inner, 3);
  CHECK_FALSE(model->is_immediate());
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        asio::io_context io;
        std::vector<std::string> order;
        for (int n = 0; n < 5; ++n)
          start(io, ask_and_note(*model, (i + n + t) % 7 == 0 ? "fail" : "x", order));
        io.run();
        answered += static_cast<int>(order.size());
      }
    });
  }
  for (auto& t : threads) t.join();
  CHECK(inner->most == 3);
  int failures = 0;
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < 20; ++i) {
      for (int n = 0; n < 5; ++n) failures += (i + n + t) % 7 == 0;
    }
  }
  CHECK(answered == 400 - failures);
}

TEST_CASE("stops that come at any moment from another thread lose no place") {
  const auto inner = std::make_shared<crowded>();
  const auto model = stook::with_concurrency_limit(inner, 2);
  std::atomic<int> ended = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 60; ++i) {
        caller c;
        std::thread stopper;
        if ((i + t) % 2 == 0) stopper = std::thread([&c] { c.source.request_stop(); });
        const auto failed = failure_of(*model, c, "x");
        ended += !failed || failed->code() == "cancelled";
        if (stopper.joinable()) stopper.join();
      }
    });
  }
  for (auto& t : threads) t.join();
  CHECK(ended == 240);
  CHECK(inner->most <= 2);
  asio::io_context io;
  std::vector<std::string> order;
  for (int n = 0; n < 2; ++n) start(io, ask_and_note(*model, "x", order));
  io.run();
  CHECK(order.size() == 2);  // both places are free again
}

TEST_CASE("who came first is served first") {
  const auto model = stook::with_concurrency_limit(std::make_shared<crowded>(), 1);
  asio::io_context io;
  std::vector<std::string> order;
  for (const char* name : {"a", "b", "c", "d", "e"}) start(io, ask_and_note(*model, name, order));
  io.run();
  CHECK(order == std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("an immediate model is limited too") {
  const auto model = stook::with_concurrency_limit(std::make_shared<actor>(std::vector<act>{{}}), 1);
  CHECK(ask(*model) == "done");
  CHECK(model->name() == "actor");
  CHECK(stook::agent({.name = "a", .model = model}).run("go").text == "done");
}

TEST_CASE("one that is cancelled while it waits, or while it is served, leaves its place to the next") {
  const auto mute = std::make_shared<mute_model>();
  const auto model = stook::with_concurrency_limit(mute, 1);
  asio::io_context io;
  std::vector<asio::cancellation_signal> signals(3);
  std::vector<std::string> order;
  int ended = 0;
  for (auto& signal : signals) {
    asio::co_spawn(
        io, ask_and_note(*model, "x", order),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { ended += e != nullptr; }));
  }
  io.poll();
  CHECK(mute->asked == 1);
  signals[1].emit(asio::cancellation_type::terminal);  // waits
  io.poll();
  CHECK(ended == 1);
  CHECK(mute->asked == 1);
  signals[0].emit(asio::cancellation_type::terminal);  // is served
  io.poll();
  CHECK(ended == 2);
  CHECK(mute->asked == 2);
  signals[2].emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(ended == 3);
  CHECK(mute->ended == 2);
}

TEST_CASE("a place that is given and cancelled in the same moment goes on to the next") {
  const auto inner = std::make_shared<crowded>();
  const auto model = stook::with_concurrency_limit(inner, 1);
  for (int i = 0; i < 50; ++i) {
    asio::io_context io;
    std::vector<std::string> order;
    asio::cancellation_signal cancel;
    start(io, ask_and_note(*model, "first", order));
    asio::co_spawn(io, ask_and_note(*model, "second", order),
                   asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
    start(io, ask_and_note(*model, "third", order));
    for (int n = 0; n < i; ++n) io.poll_one();
    cancel.emit(asio::cancellation_type::terminal);
    io.run();
    REQUIRE_FALSE(order.empty());
    CHECK(order.back() == "third");
  }
}

TEST_CASE("coroutines that are destroyed leave no place behind") {
  const auto mute = std::make_shared<mute_model>();
  const auto model = stook::with_concurrency_limit(mute, 1);
  std::vector<std::string> order;
  {
    asio::io_context io;
    start(io, ask_and_note(*model, "served", order));
    start(io, ask_and_note(*model, "waits", order));
    io.poll();
  }
  asio::io_context io;
  start(io, ask_and_note(*model, "next", order));
  io.poll();
  CHECK(mute->asked == 2);
}

TEST_CASE("a stop, and the end of the run's time, end the wait") {
  const auto mute = std::make_shared<mute_model>();
  const auto model = stook::with_concurrency_limit(mute, 1);
  std::stop_source release;
  std::thread holder([&] {
    const stook::agent agent({.name = "a", .model = model});
    agent.run("go", {.stop = release.get_token()});
  });
  while (mute->asked == 0) std::this_thread::yield();

  caller late;
  late.left = 5ms;
  auto failed = failure_of(*model, late);
  REQUIRE(failed);
  CHECK(failed->code() == "model.overload");
  CHECK(failed->what_failed().retryable);

  caller stopped;
  std::thread other([&] { stopped.source.request_stop(); });
  failed = failure_of(*model, stopped);
  other.join();
  REQUIRE(failed);
  CHECK(failed->code() == "cancelled");

  release.request_stop();
  holder.join();
}

TEST_CASE("a limit below one is refused") {
  CHECK_THROWS_AS(stook::with_concurrency_limit(std::make_shared<crowded>(), 0), stook::error);
  CHECK_THROWS_AS(stook::with_concurrency_limit(nullptr, 1), stook::error);
}
