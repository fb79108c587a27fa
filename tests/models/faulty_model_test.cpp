#include <stook/models/faulty_model.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <stook/agent/agent.hpp>
#include <stook/models/fallback.hpp>
#include <stook/models/retry.hpp>

#include "asking.hpp"

using namespace asking;
using namespace std::chrono_literals;
using stook::faulty_model;
using stook::model_fault;

namespace {

std::shared_ptr<actor> sound() { return std::make_shared<actor>(std::vector<act>{{}}); }

std::string code_of(stook::chat_model& model) {
  caller c;
  const auto failed = failure_of(model, c);
  return failed ? failed->code() : "";
}

}  // namespace

TEST_CASE("requests go wrong in the order of the script, and behind it all is well") {
  for (const bool waits : {false, true}) {
    std::shared_ptr<stook::chat_model> inner = sound();
    if (waits) inner = std::make_shared<slow_actor>(std::vector<act>{{}});
    faulty_model model(inner,
                       {.script = {model_fault::status(429, 2s), {}, model_fault::error("model.tls")}});
    CHECK(model.is_immediate() != waits);
    CHECK(model.name() == inner->name());
    caller c;
    const auto failed = failure_of(model, c);
    REQUIRE(failed);
    CHECK(failed->http_status() == 429);
    CHECK(failed->retry_after() == 2s);
    CHECK(ask(model) == "done");
    CHECK(code_of(model) == "model.tls");
    CHECK(ask(model) == "done");
    CHECK(model.requests() == 4);
  }
}

TEST_CASE("a status becomes the error that an adapter makes of it") {
  const auto code = [](int status) { return model_fault::status(status).fails->code(); };
  CHECK(code(400) == "model.rejected");
  CHECK(code(401) == "model.auth");
  CHECK(code(408) == "model.timeout");
  CHECK(code(409) == "model.overload");
  CHECK(code(503) == "model.overload");
  CHECK(code(529) == "model.overload");
  CHECK(model_fault::status(500).fails->what_failed().retryable);
  CHECK_FALSE(model_fault::status(404).fails->what_failed().retryable);
}

TEST_CASE("a stream that breaks off hands on so many bytes and no more") {
  for (const bool waits : {false, true}) {
    std::shared_ptr<stook::chat_model> inner = sound();
    if (waits) inner = std::make_shared<slow_actor>(std::vector<act>{{}});
    faulty_model model(inner, {.script = {model_fault::truncated(3), model_fault::truncated(100)}});
    caller c;
    const auto failed = failure_of(model, c);
    REQUIRE(failed);
    CHECK(failed->code() == "model.truncated");
    CHECK(c.heard == "don");
    CHECK(failure_of(model, c));
    CHECK(c.heard == "dondone");
  }
}

TEST_CASE("delays pass at once by a clock that is not real, and a stop ends a real one") {
  const auto clock = std::make_shared<stook::manual_clock>();
  const auto began = clock->ticks();
  faulty_model quick(sound(), {.script = {model_fault::slow(10min)}, .clock = clock});
  CHECK(quick.is_immediate());
  CHECK(ask(quick) == "done");
  CHECK(clock->ticks() - began == 10min);

  faulty_model slow(sound(), {.script = {model_fault::slow(10min)}});
  CHECK_FALSE(slow.is_immediate());
  caller c;
  std::thread other([&] {
    while (slow.requests() == 0) std::this_thread::yield();
    c.source.request_stop();
  });
  const auto failed = failure_of(slow, c);
  other.join();
  REQUIRE(failed);
  CHECK(failed->code() == "cancelled");
}

TEST_CASE("random faults are the same for the same seed, and as frequent as was asked") {
  const auto pattern = [](std::uint64_t seed, double share) {
    faulty_model model(
        sound(),
        {.at_random = {model_fault::status(503), model_fault::truncated()}, .share = share, .seed = seed});
    std::string out;
    for (int i = 0; i < 400; ++i) {
      const std::string code = code_of(model);
      out += code.empty() ? '.' : code == "model.overload" ? 'o' : 't';
    }
    return out;
  };
  const std::string one = pattern(7, 0.25);
  CHECK(one == pattern(7, 0.25));
  CHECK(one != pattern(8, 0.25));
  const auto faults = 400 - std::count(one.begin(), one.end(), '.');
  CHECK(faults > 60);
  CHECK(faults < 140);
  CHECK(one.find('o') != std::string::npos);
  CHECK(one.find('t') != std::string::npos);
  CHECK(pattern(7, 0) == std::string(400, '.'));
  CHECK(pattern(7, 1).find('.') == std::string::npos);
}

TEST_CASE("an agent under retries and a fallback survives what it is told to survive") {
  const auto clock = std::make_shared<stook::manual_clock>();
  const auto flaky = std::make_shared<faulty_model>(
      sound(),
      stook::fault_options{.at_random = {model_fault::status(503), model_fault::status(429, 1s),
                                         model_fault::error("model.protocol"), model_fault::status(401)},
                           .share = 0.6,
                           .seed = 3,
                           .clock = clock});
  stook::retry_options again;
  again.clock = clock;
  const auto rules = std::make_shared<actor>(std::vector<act>{{.says = "rules"}}, "rules");
  const stook::agent agent(
      {.name = "a",
       .model = stook::with_fallback({stook::with_retry(flaky, again), rules}, {.clock = clock})});
  int by_rules = 0;
  for (int i = 0; i < 200; ++i) {
    const auto a = agent.run("go");
    REQUIRE(a.ok());
    by_rules += a.text == "rules";
  }
  CHECK(by_rules > 0);
  CHECK(by_rules < 200);
}

TEST_CASE("no model, and a share out of range, are refused") {
  CHECK_THROWS_AS(faulty_model(nullptr, {}), stook::error);
  CHECK_THROWS_AS(faulty_model(sound(), {.share = 1.5}), stook::error);
}
