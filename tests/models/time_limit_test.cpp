#include <stook/models/time_limit.hpp>

#include <doctest/doctest.h>
#include <stook/agent/agent.hpp>
#include <stook/models/fallback.hpp>
#include <stook/models/retry.hpp>

#include "asking.hpp"
#include "stopped_run.hpp"

using namespace asking;
using namespace std::chrono_literals;

TEST_CASE("a model that does not answer in time is cancelled") {
  const auto mute = std::make_shared<mute_model>();
  caller c;
  const auto failed = failure_of(*stook::with_time_limit(mute, 5ms), c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.timeout");
  CHECK(failed->what_failed().retryable);
  CHECK(std::string(failed->what()) == "mute did not answer within 0.005 s");
  CHECK(mute->ended == 1);
}

TEST_CASE("answers, failures and pieces in time pass, of models that wait and of those that do not") {
  const std::vector<act> acts{{.fails = overload(429, 2s)}, {}};
  for (const bool waits : {false, true}) {
    std::shared_ptr<stook::chat_model> inner = std::make_shared<actor>(acts);
    if (waits) inner = std::make_shared<slow_actor>(acts);
    const auto model = stook::with_time_limit(inner, 1h);
    CHECK(model->is_immediate() != waits);
    caller c;
    const auto failed = failure_of(*model, c);
    REQUIRE(failed);
    CHECK(failed->retry_after() == 2s);
    CHECK(ask(*model, c).answer.text() == "done");
    CHECK(c.heard == "done");
  }
}

TEST_CASE("a server that hangs is given up for the rules, however often it would be asked") {
  const auto mute = std::make_shared<mute_model>();
  const auto rules = std::make_shared<actor>(std::vector<act>{{.says = "rules"}});
  const auto each = stook::with_time_limit(mute, 2ms);
  stook::retry_options quick{.first_wait = 0ms};
  const stook::agent agent(
      {.name = "a", .model = stook::with_fallback({stook::with_retry(each, quick), rules})});
  CHECK(agent.run("go").text == "rules");
  CHECK(mute->asked == 4);

  // a wait that the limit leaves no time for is not begun
  const auto busy = std::make_shared<slow_actor>(std::vector<act>{{.fails = overload(429, 30s)}});
  const auto all = stook::with_time_limit(stook::with_retry(busy), 10s);
  caller c;
  const auto failed = failure_of(*all, c);
  REQUIRE(failed);
  CHECK(failed->code() == "model.overload");
  CHECK(busy->asked == 1);
}

TEST_CASE("a cancelled run is cancelled, and not late") {
  const auto mute = std::make_shared<mute_model>();
  const auto a = stopped_while_asked(stook::with_time_limit(mute, 1h), *mute);
  CHECK(a.reason == "cancelled");
  CHECK(mute->ended == 1);
}

TEST_CASE("a limit that is none is refused") {
  const auto inner = std::make_shared<mute_model>();
  CHECK_THROWS_AS(stook::with_time_limit(inner, 0ms), stook::error);
  CHECK_THROWS_AS(stook::with_time_limit(inner, 25h), stook::error);
  CHECK_THROWS_AS(stook::with_time_limit(nullptr, 1s), stook::error);
}
