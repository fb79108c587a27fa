#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <oncall/detect/direction.hpp>

namespace stook::sre {

/// One metric on the grid, on its way through the detector.
struct tracked_metric {
  std::size_t series = 0;  ///< in the table
  metric_sense sense{};
  double quantum = 0;            ///< what the values are rounded to, if to anything
  std::vector<double> values;    ///< NaN is missing or an artefact
  std::vector<double> baseline;  ///< of the present round
  std::vector<double> z;         ///< standard deviations from the baseline, positive is bad
};

/// Distances from the baseline, by a scale from the samples that are not masked. A metric that may be bad
/// either way has its distance's size, less what chance alone gives.
void score_against_baseline(tracked_metric& metric, std::span<const char> masked);

/// What all metrics together say, in units of its own noise: about standard normal in quiet times.
struct joint_evidence {
  std::vector<double> value;
  std::vector<double> weight;  ///< 1, or 0 where no metric has a sample
  double inflation = 1;        ///< how much wider means are than independent noise would make them
  double rho = 0;              ///< how much one sample's noise is the next one's, 0 to 1
};

/// The weighted sum of the metrics' z, each cut to [-1, 8]: symptoms count 1, throughput, saturation and
/// unknown metrics one half.
joint_evidence combine(std::span<const tracked_metric> metrics, std::span<const char> masked);

}  // namespace stook::sre
