#include <oncall/detect/evidence.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <oncall/detect/robust.hpp>

namespace stook::sre {
namespace {

constexpr double healthy_limit = -1;
constexpr double bad_limit = 8;
constexpr double least_sum_scale = 0.5;
constexpr double mean_of_normal_size = 0.798;  // sqrt(2 / pi)

double weight_of(metric_role role) {
  switch (role) {
    case metric_role::latency:
    case metric_role::errors:
    case metric_role::availability:
      return 1;
    case metric_role::throughput:
    case metric_role::saturation:
    case metric_role::unknown:
      return 0.5;
  }
  return 0.5;
}

}  // namespace

void score_against_baseline(tracked_metric& metric, std::span<const char> masked) {
  const std::size_t n = metric.values.size();
  std::vector<double> quiet;
  quiet.reserve(n);
  metric.z.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    metric.z[i] = metric.values[i] - metric.baseline[i];
    if (masked[i] == 0) quiet.push_back(metric.z[i]);
  }
  double scale = robust::noise_scale(quiet, metric.quantum);
  if (scale <= 0) scale = robust::noise_scale(metric.z, metric.quantum);
  if (scale <= 0) scale = 1;
  for (double& z : metric.z) {
    z /= scale;
    if (metric.sense.direction == bad_direction::down) z = -z;
    if (metric.sense.direction == bad_direction::either) z = std::abs(z) - mean_of_normal_size;
  }
}

joint_evidence combine(std::span<const tracked_metric> metrics, std::span<const char> masked) {
  const std::size_t n = masked.size();
  joint_evidence joint{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0), 1};
  double all = 0;
  double independent = 0;  // variance of the sum if the metrics had nothing to do with each other
  for (const tracked_metric& metric : metrics) {
    const double weight = weight_of(metric.sense.role);
    all += weight;
    independent += weight * weight;
    for (std::size_t i = 0; i < n; ++i) {
      if (std::isnan(metric.z[i])) continue;
      joint.value[i] += weight * std::clamp(metric.z[i], healthy_limit, bad_limit);
      joint.weight[i] += weight;
    }
  }
  std::vector<double> quiet;
  quiet.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (joint.weight[i] <= 0) continue;
    joint.value[i] *= all / joint.weight[i];
    joint.weight[i] = 1;
    if (masked[i] == 0) quiet.push_back(joint.value[i]);
  }
  const double centre = quiet.empty() ? 0 : robust::median(quiet);
  for (double& v : quiet) v -= centre;
  // Each z has about unit variance. Much less in the sum is a metric that is mostly still, not a quiet one.
  const double scale =
      std::max({robust::noise_scale(quiet, 0), least_sum_scale * std::sqrt(independent), 1e-9});
  std::vector<double> quiet_weight(n);
  for (std::size_t i = 0; i < n; ++i) {
    joint.value[i] = (joint.value[i] - centre) / scale;
    quiet_weight[i] = masked[i] == 0 ? joint.weight[i] : 0;
  }
  const robust::noise_memory memory = robust::memory_of(joint.value, quiet_weight);
  joint.inflation = memory.inflation;
  joint.rho = memory.rho;
  return joint;
}

}  // namespace stook::sre
