#include <oncall/detect/suspects.hpp>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using namespace stook::sre;

namespace {

struct fixture {
  joint_evidence joint{scenarios::noise(4, 600), std::vector<double>(600, 1.0), 1};
  std::vector<tracked_metric> metrics;

  explicit fixture(metric_role role = metric_role::latency) {
    metrics.push_back({0, {role, bad_direction::up}, 0, {}, {}, joint.value});
  }

  void raise(std::size_t first, std::size_t last, double by) {
    for (std::size_t i = first; i < last; ++i) {
      joint.value[i] += by;
      metrics[0].z[i] += by;
    }
  }
};

}  // namespace

TEST_CASE("calm evidence has no suspects") {
  const fixture calm;
  CHECK(find_suspects(calm.joint, calm.metrics, {}).empty());
}

TEST_CASE("a raised run is a suspect, to the sample") {
  fixture f;
  f.raise(200, 230, 6);
  const auto found = find_suspects(f.joint, f.metrics, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 200);
  CHECK(found[0].last == 230);
  CHECK(found[0].score > 25);
}

TEST_CASE("suspects with a small gap between are one, with a larger gap two") {
  fixture near;
  near.raise(200, 220, 6);
  near.raise(226, 250, 6);
  CHECK(find_suspects(near.joint, near.metrics, {}).size() == 1);
  fixture far;
  far.raise(200, 220, 6);
  far.raise(240, 260, 6);
  CHECK(find_suspects(far.joint, far.metrics, {}).size() == 2);
}

TEST_CASE("a resource alone is no incident while there are metrics that users notice") {
  fixture f(metric_role::saturation);
  f.raise(200, 230, 6);
  CHECK(find_suspects(f.joint, f.metrics, {}).empty());
  CHECK(find_suspects(f.joint, f.metrics, {.need_user_visible = false}).size() == 1);
}

TEST_CASE("the noise's memory widens a mean of few samples less than one of many") {
  fixture f;
  f.raise(200, 204, 7);
  f.raise(400, 440, 3);
  f.joint.inflation = 4;
  f.joint.rho = 0.6;
  CHECK(find_suspects(f.joint, f.metrics, {.penalty_share = 0.8}).size() == 1);
  const auto found = find_short(f.joint, f.metrics, {.penalty_share = 0.8});
  REQUIRE(found.size() == 1);
  CHECK(found[0].first == 200);
  CHECK(found[0].last == 204);
  CHECK_FALSE(is_short_and_strong(f.joint, {400, 440}, 0.1));
  f.joint.rho = 0.95;
  f.joint.inflation = 39;
  CHECK_FALSE(is_short_and_strong(f.joint, {200, 204}, 0.8));
}

TEST_CASE("noise that remembers itself needs more evidence") {
  fixture f;
  f.raise(200, 230, 2.5);
  CHECK(find_suspects(f.joint, f.metrics, {}).size() == 1);
  f.joint.inflation = 20;
  CHECK(find_suspects(f.joint, f.metrics, {}).empty());
}
