#include <oncall/detect/evidence.hpp>

#include <cmath>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using namespace stook::sre;

namespace {

constexpr std::size_t samples = 1000;
const std::vector<char> unmasked(samples, 0);

tracked_metric noisy_metric(std::uint64_t seed, metric_sense sense) {
  scenarios::random rng(seed);
  tracked_metric metric{0, sense, 0, std::vector<double>(samples), std::vector<double>(samples, 50.0), {}};
  for (double& v : metric.values) v = 50 + 3 * rng.normal();
  return metric;
}

}  // namespace

TEST_CASE("z counts standard deviations in the bad direction") {
  auto latency = noisy_metric(1, {metric_role::latency, bad_direction::up});
  auto traffic = noisy_metric(2, {metric_role::throughput, bad_direction::down});
  auto other = noisy_metric(3, {metric_role::unknown, bad_direction::either});
  for (auto* metric : {&latency, &traffic, &other}) metric->values[10] = 80;
  for (auto* metric : {&latency, &traffic, &other}) score_against_baseline(*metric, unmasked);
  CHECK(latency.z[10] == doctest::Approx(10).epsilon(0.1));
  CHECK(traffic.z[10] == doctest::Approx(-10).epsilon(0.1));
  CHECK(other.z[10] == doctest::Approx(9.2).epsilon(0.1));
}

TEST_CASE("good news in one metric does not cancel bad news in another") {
  std::vector<tracked_metric> metrics{noisy_metric(1, {metric_role::latency, bad_direction::up}),
                                      noisy_metric(2, {metric_role::throughput, bad_direction::down})};
  for (std::size_t i = 100; i < 120; ++i) {
    metrics[0].values[i] += 30;
    metrics[1].values[i] += 300;
  }
  for (auto& metric : metrics) score_against_baseline(metric, unmasked);
  const auto joint = combine(metrics, unmasked);
  for (std::size_t i = 100; i < 120; ++i) CHECK(joint.value[i] > 4);
}

TEST_CASE("the sum is in units of its own noise, with or without every metric present") {
  std::vector<tracked_metric> metrics{noisy_metric(1, {metric_role::latency, bad_direction::up}),
                                      noisy_metric(2, {metric_role::errors, bad_direction::up})};
  for (std::size_t i = 0; i < 200; ++i) metrics[0].values[i] = std::nan("");
  metrics[1].values[0] = std::nan("");
  for (auto& metric : metrics) score_against_baseline(metric, unmasked);
  const auto joint = combine(metrics, unmasked);
  CHECK(joint.weight[0] == 0);
  CHECK(joint.weight[1] == 1);
  CHECK(joint.inflation < 2);
  double square = 0;
  for (std::size_t i = 200; i < samples; ++i) square += joint.value[i] * joint.value[i];
  CHECK(square / 800 == doctest::Approx(1).epsilon(0.3));
}
