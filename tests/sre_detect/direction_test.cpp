#include <oncall/detect/direction.hpp>

#include <string>

#include <doctest/doctest.h>

using stook::sre::bad_direction;
using stook::sre::infer_sense;
using stook::sre::metric_role;
using stook::sre::metric_sense;

TEST_CASE("names tell what is measured and which way is bad") {
  struct {
    const char* name;
    metric_role role;
    bad_direction direction;
  } const cases[] = {
      {"p95_ms", metric_role::latency, bad_direction::up},
      {"P99", metric_role::latency, bad_direction::up},
      {"p99ms", metric_role::latency, bad_direction::up},
      {"http.server.request.duration", metric_role::latency, bad_direction::up},
      {"responseTime", metric_role::latency, bad_direction::up},
      {"checkout latency (ms)", metric_role::latency, bad_direction::up},
      {"error_rate", metric_role::errors, bad_direction::up},
      {"ErrorRate", metric_role::errors, bad_direction::up},
      {"HTTPErrors", metric_role::errors, bad_direction::up},
      {"failed_requests", metric_role::errors, bad_direction::up},
      {"http_5xx", metric_role::errors, bad_direction::up},
      {"error_budget_remaining", metric_role::errors, bad_direction::down},
      {"availability", metric_role::availability, bad_direction::down},
      {"success_rate", metric_role::availability, bad_direction::down},
      {"rps", metric_role::throughput, bad_direction::down},
      {"requests_per_sec", metric_role::throughput, bad_direction::down},
      {"orders", metric_role::throughput, bad_direction::down},
      {"queue_depth", metric_role::saturation, bad_direction::up},
      {"consumer_lag_seconds", metric_role::saturation, bad_direction::up},
      {"cpu_seconds", metric_role::saturation, bad_direction::up},
      {"memory_free", metric_role::saturation, bad_direction::down},
      {"cache_hit_ratio", metric_role::saturation, bad_direction::down},
      {"temperature", metric_role::unknown, bad_direction::either},
      {"", metric_role::unknown, bad_direction::either},
      {"terror", metric_role::unknown, bad_direction::either},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    CHECK(infer_sense(c.name) == metric_sense{c.role, c.direction});
  }
}

TEST_CASE("users notice symptoms, not resources") {
  CHECK(infer_sense("p95_ms").user_visible());
  CHECK(infer_sense("rps").user_visible());
  CHECK_FALSE(infer_sense("cpu").user_visible());
  CHECK_FALSE(infer_sense("temperature").user_visible());
}
