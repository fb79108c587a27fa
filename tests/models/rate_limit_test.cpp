#include <stook/models/rate_limit.hpp>

#include <limits>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "asking.hpp"

namespace asio = boost::asio;
using namespace asking;
using namespace std::chrono_literals;

namespace {

// Notes at which second each request is made, and says that it used so many tokens.
struct rate_bench {
  std::shared_ptr<stook::manual_clock> clock = std::make_shared<stook::manual_clock>();
  std::chrono::nanoseconds began = clock->ticks();
  std::vector<double> at;
  std::int64_t uses = 0;
  std::shared_ptr<stook::scripted_model> inner =
      std::make_shared<stook::scripted_model>([this](const chat_request&) {
        at.push_back(std::chrono::duration<double>(clock->ticks() - began).count());
        return stook::scripted_model::says("ok", {.input_tokens = uses});
      });

  std::shared_ptr<stook::chat_model> limited(stook::rate_limit_options o) {
    o.clock = clock;
    return stook::with_rate_limit(inner, std::move(o));
  }
};

std::int64_t hundred(const chat_request&) { return 100; }

}  // namespace

TEST_CASE("requests above the rate wait, after a burst of what one minute allows") {
  rate_bench b;
  const auto model = b.limited({.requests_per_minute = 3});
  CHECK_FALSE(model->is_immediate());
  for (int i = 0; i < 6; ++i) ask(*model);
  REQUIRE(b.at.size() == 6);
  const std::vector<double> expected{0, 0, 0, 20, 40, 60};
  for (std::size_t i = 0; i < 6; ++i) CHECK(b.at[i] == doctest::Approx(expected[i]));
  b.clock->advance(10min);  // the bucket fills no higher than the burst
  for (int i = 0; i < 4; ++i) ask(*model);
  CHECK(b.at[8] == doctest::Approx(660));
  CHECK(b.at[9] == doctest::Approx(680));
}

TEST_CASE("a short burst spreads the requests") {
  rate_bench b;
  const auto model = b.limited({.requests_per_minute = 60, .burst = 1s});
  for (int i = 0; i < 3; ++i) ask(*model);
  CHECK(b.at[2] == doctest::Approx(2));
}

TEST_CASE("tokens are estimated before and settled after, in both directions") {
  rate_bench b;
  b.uses = 10;
  const auto model = b.limited({.tokens_per_minute = 60, .burst = 1min, .estimate = hundred});
  ask(*model);  // larger than the bucket: taken when it is full; 90 come back
  CHECK(b.at[0] == 0);
  ask(*model);
  CHECK(b.at[1] == doctest::Approx(10));

  rate_bench more;
  more.uses = 180;
  const auto overdrawn =
      more.limited({.tokens_per_minute = 60, .estimate = [](const chat_request&) { return 60; }});
  ask(*overdrawn);  // 120 below nothing
  ask(*overdrawn);
  CHECK(more.at[1] == doctest::Approx(180));
}

TEST_CASE("an unknown usage leaves the estimate, and by default that is made of the sizes") {
  rate_bench b;
  const auto model = b.limited({.tokens_per_minute = 600});
  caller nobody;
  ask(*model, nobody, std::string(2400 - 16, 'x'));
  ask(*model, nobody, std::string(1200 - 16, 'x'));
  CHECK(b.at[1] == doctest::Approx(30));
}

TEST_CASE("a wait that the run has no time for fails at once and says so") {
  rate_bench b;
  const auto model = b.limited({.requests_per_minute = 1});
  ask(*model);
  caller c;
  c.left = 30s;
  const auto failed = failure_of(*model, c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.overload");
  CHECK(failed->retry_after() == 60s);
  CHECK(std::string(failed->what()) ==
        "the rate limit allows this request in 60 s, and the run has 30 s left");
  CHECK(b.at.size() == 1);
  c.left = 61s;
  CHECK_FALSE(failure_of(*model, c));
}

TEST_CASE("a stop ends a wait by a real clock, and the next in the queue has its turn") {
  const auto inner = std::make_shared<actor>(std::vector<act>{{}});
  const auto model = stook::with_rate_limit(inner, {.requests_per_minute = 0.001, .burst = 1ms});
  CHECK(ask(*model) == "done");
  std::vector<std::thread> threads;
  std::vector<caller> callers(4);
  std::atomic<int> cancelled = 0;
  for (caller& c : callers) {
    threads.emplace_back([&] {
      const auto failed = failure_of(*model, c);
      cancelled += failed && failed->code() == "cancelled";
    });
  }
  for (caller& c : callers) c.source.request_stop();
  for (auto& t : threads) t.join();
  CHECK(cancelled == 4);
  CHECK(inner->asked == 1);
}

TEST_CASE("tokens that come back wake the request that waits for them") {
  struct held final : stook::waiting_model {
    std::string name() const override { return "held"; }
    stook::task<chat_reply> async_generate(const chat_request&, generation&) override {
      for (int i = 0; i < 5; ++i) co_await asio::post(asio::use_awaitable);
      co_return stook::scripted_model::says("ok", {.input_tokens = 1});
    }
  };
  // by the clock alone the second request would wait for forty minutes
  const auto model = stook::with_rate_limit(std::make_shared<held>(),
                                            {.tokens_per_minute = 2, .burst = 1h, .estimate = hundred});
  const std::vector<message> said{message::user("?")};
  const chat_request request{.messages = said};
  caller nobody;
  int answered = 0;
  const auto one = [&]() -> stook::task<void> {
    auto pending = model->async_generate(request, nobody);
    co_await std::move(pending);
    ++answered;
  };
  asio::io_context io;
  for (int i = 0; i < 3; ++i) asio::co_spawn(io, one, asio::detached);
  io.run();
  CHECK(answered == 3);
}

TEST_CASE("many threads together keep to the rate") {
  rate_bench b;
  std::mutex order;
  std::vector<double> at;
  const auto inner = std::make_shared<stook::scripted_model>([&](const chat_request&) {
    const std::lock_guard lock(order);
    at.push_back(std::chrono::duration<double>(b.clock->ticks() - b.began).count());
    return stook::scripted_model::says("ok");
  });
  const auto model =
      stook::with_rate_limit(inner, {.requests_per_minute = 60, .burst = 1s, .clock = b.clock});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) static_cast<void>(ask(*model));
    });
  }
  for (auto& t : threads) t.join();
  REQUIRE(at.size() == 200);
  CHECK(std::chrono::duration<double>(b.clock->ticks() - b.began).count() == doctest::Approx(199));
}

TEST_CASE("limits out of range are refused") {
  rate_bench b;
  CHECK_THROWS_AS(stook::with_rate_limit(nullptr, {}), stook::error);
  CHECK_THROWS_AS(stook::with_rate_limit(b.inner, {.requests_per_minute = -1}), stook::error);
  CHECK_THROWS_AS(
      stook::with_rate_limit(b.inner, {.tokens_per_minute = std::numeric_limits<double>::quiet_NaN()}),
      stook::error);
  CHECK_THROWS_AS(stook::with_rate_limit(b.inner, {.burst = 0ms}), stook::error);
}
