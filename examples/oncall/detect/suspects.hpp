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
  double penalty_share = 1;       ///< of the usual penalty for a change of level
  bool need_user_visible = true;  ///< false where the table has no metric that users notice
};

/// The incidents in the joint evidence, in time order: runs of the optimal piecewise constant fit whose mean
/// is at least `least_mean` and whose length times squared mean is at least `least_energy` (widened for noise
/// that remembers itself), each with a metric that moved, joined over small gaps, with their ends put where
/// the evidence left zero and came back to it.
std::vector<suspect> find_suspects(const joint_evidence& joint, std::span<const tracked_metric> metrics,
                                   const suspect_rules& rules);

/// Runs that a baseline may have swallowed: at most `most` pieces of a finer fit that lie above zero, the
/// strongest, none longer than a quarter of the data; in time order. Noise has some too, so they prove
/// nothing.
std::vector<suspect> find_candidates(const joint_evidence& joint, const suspect_rules& rules,
                                     std::size_t most);

/// True if a window of few samples is so high that no change of level need prove it: its length times squared
/// mean is at least `share` of what two changes cost, widened by what the noise's memory does to a mean of so
/// few samples. That is less than what it does to a long one, by which a change of level is judged.
bool is_short_and_strong(const joint_evidence& joint, const suspect& s, double share);

/// The windows of a finer fit that are short and strong.
std::vector<suspect> find_short(const joint_evidence& joint, std::span<const tracked_metric> metrics,
                                suspect_rules rules);

/// True if the evidence is high inside and low right before or after: a step or a ramp, not the top of a
/// hump.
bool stands_alone(const joint_evidence& joint, const suspect& s);

/// True if two of the metrics that tell of symptoms moved by more than their noise, and traffic did
/// not: where it is far from what the baseline expects, that does not know the hour, nor what the hour costs.
bool has_witnesses(const joint_evidence& joint, std::span<const tracked_metric> metrics, const suspect& s);

/// Runs in which a metric lies far on its good side, such as traffic in a surge: no incident, and nothing to
/// learn the usual level from either.
std::vector<suspect> find_surges(const tracked_metric& metric, const suspect_rules& rules);

}  // namespace stook::sre
