#include <stook/models/hedging.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <stook/agent/agent.hpp>

#include "asking.hpp"

namespace asio = boost::asio;
using namespace asking;
using namespace std::chrono_literals;

namespace {

using acts = std::vector<act>;

std::shared_ptr<slow_actor> says(std::string text) {
  return std::make_shared<slow_actor>(acts{{.says = text}}, text);
}
std::shared_ptr<slow_actor> fails(std::string code) {
  return std::make_shared<slow_actor>(acts{{.fails = failing(std::move(code), true)}}, "broken");
}

// Hands on a piece, then never ends but by cancellation.
class stuck_model final : public stook::waiting_model {
 public:
  explicit stuck_model(std::string piece) : piece_(std::move(piece)) {}
  std::string name() const override { return "stuck"; }
  stook::task<chat_reply> async_generate(const chat_request& request, generation& context) override {
    context.text_delta(piece_);
    auto pending = rest_.async_generate(request, context);
    co_return co_await std::move(pending);
  }
  mute_model& rest() { return rest_; }

 private:
  std::string piece_;
  mute_model rest_;
};

}  // namespace

TEST_CASE("a first model that answers in time is asked alone") {
  const auto second = says("b");
  const auto model = stook::with_hedging(says("a"), second, {.delay = 1h});
  CHECK_FALSE(model->is_immediate());
  CHECK(model->name() == "a or b");
  caller c;
  CHECK(ask(*model, c).answer.text() == "a");
  CHECK(c.heard == "a");
  CHECK(second->asked == 0);
  CHECK(ask(*stook::with_hedging(std::make_shared<actor>(acts{{}}), second)) == "done");
  CHECK(second->asked == 0);
}

TEST_CASE("after the delay the second is asked too, and the loser is cancelled") {
  for (const bool real : {true, false}) {
    const auto mute = std::make_shared<mute_model>();
    stook::hedging_options options{.delay = real ? 5ms : 1h};
    if (!real) options.clock = std::make_shared<stook::manual_clock>();
    caller c;
    CHECK(ask(*stook::with_hedging(mute, says("b"), options), c).answer.text() == "b");
    CHECK(c.heard == "b");
    CHECK(mute->asked == 1);
    CHECK(mute->ended == 1);
  }
}

TEST_CASE("a first model that fails early is not waited for") {
  CHECK(ask(*stook::with_hedging(fails("model.connect"), says("b"), {.delay = 1h})) == "b");
}

TEST_CASE("a second model that fails leaves the first its time") {
  class late final : public stook::waiting_model {
   public:
    std::string name() const override { return "late"; }
    stook::task<chat_reply> async_generate(const chat_request&, generation&) override {
      for (int i = 0; i < 200; ++i) co_await asio::post(asio::use_awaitable);
      co_return stook::scripted_model::says("late");
    }
  };
  CHECK(ask(*stook::with_hedging(std::make_shared<late>(), fails("model.connect"), {.delay = 0ms})) ==
        "late");
}

TEST_CASE("where both fail the error is the first's, with what the second said") {
  caller c;
  const auto failed =
      failure_of(*stook::with_hedging(fails("model.timeout"), fails("model.auth"), {.delay = 1h}), c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.timeout");
  CHECK(failed->what_failed().retryable);
  CHECK(std::string(failed->what()) == "it failed; broken, asked beside it: it failed");
}

TEST_CASE("one model may be asked twice") {
  class second_time final : public stook::waiting_model {
   public:
    std::string name() const override { return "once"; }
    stook::task<chat_reply> async_generate(const chat_request& request, generation& context) override {
      const bool first = asked++ == 0;
      auto stays = never_.async_generate(request, context);
      if (first) co_await std::move(stays);
      co_return stook::scripted_model::says("second");
    }
    std::atomic<int> asked = 0;

   private:
    mute_model never_;
  };
  const auto inner = std::make_shared<second_time>();
  const auto model = stook::with_hedging(inner, {.delay = 1ms});
  CHECK(model->name() == "once");
  CHECK(ask(*model) == "second");
  CHECK(inner->asked == 2);
}

TEST_CASE("where somebody listens the first piece decides, and only one stream is heard") {
  const auto stuck = std::make_shared<stuck_model>("from the first");
  const auto mute = std::make_shared<mute_model>();
  const auto model = stook::with_hedging(mute, stuck, {.delay = 1ms});
  const stook::agent agent({.name = "a", .model = model});
  std::stop_source stop;
  std::thread other([&] {
    while (stuck->rest().asked == 0 || mute->ended == 0) std::this_thread::yield();
    stop.request_stop();
  });
  struct : stook::run_listener {
    std::string heard;
    void on_event(const stook::event& e) override {
      if (const auto* text = std::get_if<stook::text_arrived>(&e.what)) heard += text->piece;
    }
  } listener;
  const auto a = agent.run("go", {.listener = &listener, .stop = stop.get_token()});
  other.join();
  CHECK(a.reason == "cancelled");
  CHECK(listener.heard == "from the first");
  CHECK(stuck->rest().ended == 1);
}

TEST_CASE("a stream that was heard and breaks off ends the request for good") {
  const auto breaks = std::make_shared<slow_actor>(acts{{.pieces = "half", .fails = overload()}});
  const auto second = says("b");
  const auto model = stook::with_hedging(breaks, second, {.delay = 1h});
  caller listener;
  const auto failed = failure_of(*model, listener);
  REQUIRE(failed);
  CHECK_FALSE(failed->what_failed().retryable);
  CHECK(listener.heard == "half");
  CHECK(second->asked == 0);
  caller nobody;
  nobody.hears = false;
  CHECK(ask(*model, nobody).answer.text() == "b");
}

TEST_CASE("cancellation and a stop reach both requests") {
  const auto a = std::make_shared<mute_model>();
  const auto b = std::make_shared<mute_model>();
  const auto model = stook::with_hedging(a, b, {.delay = 0ms});
  {
    caller c;
    std::thread other([&] {
      while (b->asked == 0) std::this_thread::yield();
      c.source.request_stop();
    });
    const auto failed = failure_of(*model, c);
    other.join();
    REQUIRE(failed);
    CHECK(failed->code() == "cancelled");
    CHECK(a->ended == 1);
    CHECK(b->ended == 1);
  }
  caller c;
  asio::io_context io;
  asio::cancellation_signal cancel;
  std::exception_ptr ended;
  const std::vector<message> said{message::user("?")};
  const chat_request request{.messages = said};
  asio::co_spawn(io, model->async_generate(request, c),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [&](std::exception_ptr e, const chat_reply&) { ended = e; }));
  while (b->asked == 1) io.run_one();
  cancel.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(ended);
  CHECK(a->ended == 2);
  CHECK(b->ended == 2);
}

TEST_CASE("many runs on one event loop of several threads are hedged at once") {
  const auto model = stook::with_hedging(std::make_shared<mute_model>(), says("b"), {.delay = 1ms});
  asio::io_context io;
  std::atomic<int> answered = 0;
  const std::vector<message> said{message::user("?")};
  const chat_request request{.messages = said};
  std::vector<caller> callers(50);
  for (caller& c : callers) {
    asio::co_spawn(
        asio::make_strand(io), model->async_generate(request, c),
        [&](std::exception_ptr e, const chat_reply& r) { answered += !e && r.answer.text() == "b"; });
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back([&] { io.run(); });
  for (auto& t : threads) t.join();
  CHECK(answered == 50);
}

TEST_CASE("no models, and a delay below nothing, are refused") {
  CHECK_THROWS_AS(stook::with_hedging(says("a"), nullptr), stook::error);
  CHECK_THROWS_AS(stook::with_hedging(nullptr), stook::error);
  CHECK_THROWS_AS(stook::with_hedging(says("a"), {.delay = -1ms}), stook::error);
}
