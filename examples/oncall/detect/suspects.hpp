#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <oncall/detect/evidence.hpp>

namespace stook::sre {

/// Samples [first, last) that look like an incident.
struct suspect {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t start_slack = 0;  ///< samples by which the start may be off, about 95 %
  std::size_t end_slack = 0;
  double score = 0;  ///< mean evidence times the root of the effective number of samples

  friend bool operator==(const suspect&, const suspect&) = default;
};

/// What makes a run of samples an incident.
struct suspect_rules {
  std::size_t min_samples = 3;
  std::size_t merge_gap = 8;      ///< samples; suspects closer than this are one
  double least_mean = 1;          ///< standard deviations
  double least_energy = 12;       ///< length times squared mean, for independent noise
  bool need_user_visible = true;  ///< false where the table has no metric that users notice
};

/// The incidents in the joint evidence, in time order: runs of the optimal piecewise constant fit whose mean
/// is at least `least_mean` and whose length times squared mean is at least `least_energy` (widened for noise
/// that remembers itself), each with a metric that moved, joined over small gaps, with their ends put where
/// the evidence left zero and came back to it.
std::vector<suspect> find_suspects(const joint_evidence& joint, std::span<const tracked_metric> metrics,
                                   const suspect_rules& rules);

}  // namespace stook::sre
