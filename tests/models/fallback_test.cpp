#include <stook/models/fallback.hpp>

#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stook/agent/agent.hpp>
#include <stook/models/retry.hpp>

#include "asking.hpp"
#include "stopped_run.hpp"

using namespace asking;
using namespace std::chrono_literals;

namespace {

using acts = std::vector<act>;

std::shared_ptr<actor> well(std::string name) { return std::make_shared<actor>(acts{{.says = name}}, name); }
std::shared_ptr<actor> down(std::string name) {
  return std::make_shared<actor>(acts{{.fails = failing("model.connect", true)}}, name);
}

struct fallback_bench {
  std::shared_ptr<stook::manual_clock> clock = std::make_shared<stook::manual_clock>();
  std::vector<std::string> told;
  stook::fallback_options options{};

  fallback_bench() {
    options.clock = clock;
    options.listener = [this](const stook::model_passed_over& p) {
      told.push_back(
          fmt::format("{} {} {} -> {}", p.model, p.asked ? "failed" : "skipped", p.why.code, p.next));
    };
  }
};

}  // namespace

TEST_CASE("the first model that answers is named, and the listener hears why the others did not") {
  fallback_bench b;
  const auto model = stook::with_fallback({down("a"), down("b"), well("c")}, b.options);
  CHECK(model->name() == "a else b else c");
  caller c;
  const auto reply = ask(*model, c);
  CHECK(reply.answer.text() == "c");
  CHECK(reply.model == "c");
  CHECK(b.told == std::vector<std::string>{"a failed model.connect -> b", "b failed model.connect -> c"});
  CHECK(ask(*stook::with_fallback({well("a"), down("b")}), c).model == "a");
}

TEST_CASE("where all fail the error tells what each one said") {
  fallback_bench b;
  caller c;
  const auto model = stook::with_fallback(
      {std::make_shared<actor>(acts{{.fails = failing("model.auth")}}, "a"), down("b")}, b.options);
  const auto failed = failure_of(*model, c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.auth");
  CHECK(failed->what_failed().retryable);
  CHECK(std::string(failed->what()) == "none of 2 models answered; a: it failed; b: it failed");
  CHECK(b.told.back() == "b failed model.connect -> ");
}

TEST_CASE("a model that failed too often is skipped, then tried by one request") {
  fallback_bench b;
  const auto a = std::make_shared<actor>(
      acts{{.fails = overload()}, {.fails = overload()}, {.fails = overload()}, {.fails = overload()}, {}},
      "a");
  const auto model = stook::with_fallback({a, well("b")}, b.options);
  for (int i = 0; i < 5; ++i) CHECK(ask(*model) == "b");
  CHECK(a->asked == 3);
  CHECK(b.told.back() == "a skipped model.overload -> b");

  b.clock->advance(30s);
  CHECK(ask(*model) == "b");  // the trial fails, and the cool-down begins anew
  CHECK(a->asked == 4);
  CHECK(ask(*model) == "b");
  CHECK(a->asked == 4);

  b.clock->advance(30s);
  CHECK(ask(*model) == "done");
  CHECK(ask(*model) == "done");
  CHECK(a->asked == 6);
}

TEST_CASE("while one request tries a model the others pass it over, and a cancelled trial gives way") {
  fallback_bench b;
  b.options.failures = 1;
  stook::chat_model* self = nullptr;
  std::string meanwhile;
  caller c;
  int asked = 0;
  const auto a = std::make_shared<stook::scripted_model>([&](const chat_request&) -> chat_reply {
    if (++asked == 2) {
      meanwhile = ask(*self);
      c.source.request_stop();
    }
    throw overload();
  });
  const auto model = stook::with_fallback({a, well("b")}, b.options);
  self = model.get();
  CHECK(ask(*model) == "b");
  b.clock->advance(1min);
  const auto failed = failure_of(*model, c);
  REQUIRE(failed);  // cancelled: no other model is asked
  CHECK(meanwhile == "b");
  CHECK(asked == 2);
  CHECK(ask(*model) == "b");
  CHECK(asked == 3);  // the trial was not decided, so the next request tries
}

TEST_CASE("models that are passed over are asked all the same where no other answers") {
  fallback_bench b;
  b.options.failures = 1;
  const auto a = std::make_shared<actor>(acts{{.fails = overload()}, {}}, "a");
  const auto other = down("b");
  const auto model = stook::with_fallback({a, other}, b.options);
  caller c;
  CHECK(failure_of(*model, c));
  CHECK(ask(*model) == "done");
  CHECK(a->asked == 2);
}

TEST_CASE("a request that a model rejects says nothing of its health") {
  fallback_bench b;
  b.options.failures = 1;
  const auto a = std::make_shared<actor>(acts{{.fails = failing("model.rejected")}}, "a");
  const auto model = stook::with_fallback({a, well("b")}, b.options);
  CHECK(ask(*model) == "b");
  CHECK(ask(*model) == "b");
  CHECK(a->asked == 2);
}

TEST_CASE("an answer of which somebody heard a part is not begun by another model") {
  fallback_bench b;
  const auto a = std::make_shared<actor>(acts{{.pieces = "half", .fails = overload()}}, "a");
  const auto second = well("b");
  const auto model = stook::with_fallback({a, second}, b.options);
  caller listener;
  const auto failed = failure_of(*model, listener);
  REQUIRE(failed);
  CHECK_FALSE(failed->what_failed().retryable);
  CHECK(second->asked == 0);
  CHECK(listener.heard == "half");

  caller nobody;
  nobody.hears = false;
  CHECK(ask(*model, nobody).answer.text() == "b");
}

TEST_CASE("what is thrown that is no error of stook counts as a failure too") {
  const auto odd = std::make_shared<stook::scripted_model>(
      [](const chat_request&) -> chat_reply { throw std::runtime_error("odd"); });
  CHECK(ask(*stook::with_fallback({odd, well("b")})) == "b");
  caller c;
  const auto failed = failure_of(*stook::with_fallback({odd}), c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.failed");
}

TEST_CASE("models that wait and models that do not go together") {
  fallback_bench b;
  const auto slow = std::make_shared<slow_actor>(acts{{.fails = overload()}}, "slow");
  const auto mixed = stook::with_fallback({slow, well("rules")}, b.options);
  CHECK_FALSE(mixed->is_immediate());
  CHECK(stook::with_fallback({well("a"), well("b")})->is_immediate());
  CHECK(ask(*mixed) == "rules");
  const stook::agent agent({.name = "a", .model = mixed});
  CHECK(agent.run("go").text == "rules");
}

TEST_CASE("a run that is cancelled is not passed to the next model") {
  const auto mute = std::make_shared<mute_model>();
  const auto second = well("b");
  const auto a = stopped_while_asked(stook::with_fallback({mute, second}), *mute);
  CHECK(a.reason == "cancelled");
  CHECK(second->asked == 0);
}

TEST_CASE("wrappers nest: retries inside, another model outside") {
  fallback_bench b;
  stook::retry_options again;
  again.clock = b.clock;
  const auto a = down("a");
  const auto model = stook::with_fallback({stook::with_retry(a, again), well("b")}, b.options);
  CHECK(model->is_immediate());
  CHECK(ask(*model) == "b");
  CHECK(a->asked == 4);
}

TEST_CASE("the memory of failures is shared by threads") {
  fallback_bench b;
  std::atomic<int> told = 0;
  b.options.listener = [&](const stook::model_passed_over&) { ++told; };
  const auto a = down("a");
  const auto model = stook::with_fallback({a, well("b")}, b.options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) static_cast<void>(ask(*model));
    });
  }
  for (auto& t : threads) t.join();
  CHECK(told == 800);
  CHECK(a->asked >= 3);
  CHECK(a->asked <= 6);  // each thread may have been asking as the third failure came
}

TEST_CASE("no models, and options out of range, are refused") {
  CHECK_THROWS_AS(stook::with_fallback({}), stook::error);
  CHECK_THROWS_AS(stook::with_fallback({nullptr}), stook::error);
  CHECK_THROWS_AS(stook::with_fallback({well("a")}, {.failures = 0}), stook::error);
}
