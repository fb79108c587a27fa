#include <oncall/detect/evidence.hpp>

#include <cmath>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using namespace stook::sre;

namespace {

constexpr std::size_t n = 1000;
const std::vector<char> nothing_masked(n, 0);

tracked_metric noise(std::uint64_t seed, metric_sense sense) {
  scenarios::random rng(seed);
  tracked_metric metric{0, sense, 0, std::vector<double>(n), std::vector<double>(n, 50.0), {}};
  for (double& v : metric.values) v = 50 + 3 * rng.normal();
  return metric;
}

}  // namespace

TEST_CASE("z counts standard deviations in the bad direction") {
  auto latency = noise(1, {metric_role::latency, bad_direction::up});
  auto traffic = noise(2, {metric_role::throughput, bad_direction::down});
  auto other = noise(3, {metric_role::unknown, bad_direction::either});
  for (auto* metric : {&latency, &traffic, &other}) metric->values[10] = 80;
  for (auto* metric : {&latency, &traffic, &other}) score_against_baseline(*metric, nothing_masked);
  CHECK(latency.z[10] == doctest::Approx(10).epsilon(0.1));
  CHECK(traffic.z[10] == doctest::Approx(-10).epsilon(0.1));
  CHECK(other.z[10] == doctest::Approx(9.2).epsilon(0.1));
}

TEST_CASE("good news in one metric does not cancel bad news in another") {
  std::vector<tracked_metric> metrics{noise(1, {metric_role::latency, bad_direction::up}),
                                      noise(2, {metric_role::throughput, bad_direction::down})};
  for (std::size_t i = 100; i < 120; ++i) {
    metrics[0].values[i] += 30;
    metrics[1].values[i] += 300;
  }
  for (auto& metric : metrics) score_against_baseline(metric, nothing_masked);
  const auto joint = combine(metrics, nothing_masked);
  for (std::size_t i = 100; i < 120; ++i) CHECK(joint.value[i] > 4);
}

TEST_CASE("the sum is in units of its own noise, with or without every metric present") {
  std::vector<tracked_metric> metrics{noise(1, {metric_role::latency, bad_direction::up}),
                                      noise(2, {metric_role::errors, bad_direction::up})};
  for (std::size_t i = 0; i < 200; ++i) metrics[0].values[i] = std::nan("");
  metrics[1].values[0] = std::nan("");
  for (auto& metric : metrics) score_against_baseline(metric, nothing_masked);
  const auto joint = combine(metrics, nothing_masked);
  CHECK(joint.weight[0] == 0);
  CHECK(joint.weight[1] == 1);
  CHECK(joint.inflation < 2);
  double square = 0;
  for (std::size_t i = 200; i < n; ++i) square += joint.value[i] * joint.value[i];
  CHECK(square / 800 == doctest::Approx(1).epsilon(0.3));
}
