#include <oncall/detect/suspects.hpp>

#include <algorithm>
#include <cmath>

#include <oncall/detect/onset.hpp>
#include <oncall/detect/robust.hpp>
#include <oncall/detect/segmentation.hpp>

namespace stook::sre {
namespace {

constexpr double moved_mean = 1;
// Fewer requests, served as well as ever: traffic has more shapes than any baseline.
constexpr double moved_throughput_mean = 6;
// 95 % for the place of a change: Hansen, Sample Splitting and Threshold Estimation, Econometrica 2000.
constexpr double likelihood_slack = 7.35;
constexpr double plateau = 0.8;  // of the highest piece: there the rise is over

/// Of the samples that are there.
struct total {
  double sum = 0;
  double count = 0;
};

total total_of(const joint_evidence& joint, std::size_t first, std::size_t last) {
  total out;
  for (std::size_t i = first; i < last; ++i) {
    if (joint.weight[i] <= 0) continue;
    out.sum += joint.value[i];
    ++out.count;
  }
  return out;
}

double mean_z(const tracked_metric& metric, std::size_t first, std::size_t last) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = first; i < last; ++i) {
    if (std::isnan(metric.z[i])) continue;
    sum += std::clamp(metric.z[i], -8.0, 8.0);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

/// Of what users notice, all but how many they are.
bool tells_symptoms(const tracked_metric& metric) {
  return metric.sense.user_visible() && metric.sense.role != metric_role::throughput;
}

bool is_bad(const segment& s, const joint_evidence& joint, std::span<const tracked_metric> metrics,
            const suspect_rules& rules) {
  if (s.mean < rules.least_mean) return false;
  if (s.weight * s.mean * s.mean < rules.least_energy * joint.inflation) return false;
  const bool symptoms_known = std::ranges::any_of(metrics, tells_symptoms);
  return std::ranges::any_of(metrics, [&](const tracked_metric& metric) {
    const bool traffic_only = symptoms_known && metric.sense.role == metric_role::throughput;
    const double least = traffic_only ? moved_throughput_mean : moved_mean;
    return (metric.sense.user_visible() || !rules.need_user_visible) &&
           mean_z(metric, s.first, s.last) >= least;
  });
}

double penalty_of(const joint_evidence& joint) {
  const double n = static_cast<double>(std::max<std::size_t>(joint.value.size(), 2));
  return 6 * std::log(n) * joint.inflation;
}

/// The end of the first piece of [first, last) that is nearly as high as the highest.
std::size_t rise_ends(std::span<const segment> pieces, std::size_t first, std::size_t last) {
  double top = 0;
  for (const segment& s : pieces) {
    if (s.first >= first && s.last <= last) top = std::max(top, s.mean);
  }
  for (const segment& s : pieces) {
    if (s.first >= first && s.last <= last && s.mean >= plateau * top) return s.last;
  }
  return last;
}

// A candidate is only a reason to look again, so a lower bar will do.
constexpr double candidate_penalty = 0.15;
constexpr double candidate_mean = 0.5;
constexpr std::size_t most_short = 12;  // samples
// What is found only by looking again must be plain, and no hump of the daily curve.
constexpr double alone_mean = 3;
constexpr double alone_flank = 0.25;
constexpr double alone_ramp = 0.6;
constexpr double witness_mean = 0.6;
constexpr double witness_sigmas = 3;  // of the mean over the window
// Noise with heavy tails has bursts of a few samples in one metric, but hardly in two at once.
constexpr double short_witness_mean = 4;
constexpr double usual_traffic = 3;
constexpr double surge_mean = 3;

struct boundary {
  std::size_t at;
  std::size_t slack;
};

/// Follows the rise that leads into [first, ...) back to where it left zero, no further than `floor`.
boundary refine_start(const joint_evidence& joint, std::size_t floor, std::size_t first, std::size_t risen) {
  const std::size_t reach = std::max<std::size_t>(2 * (risen - first), 30);
  const std::size_t from = std::max(floor, first > reach ? first - reach : 0);
  const onset found = find_onset(joint.value, joint.weight, from, first + (risen - first) / 2, risen,
                                 likelihood_slack * joint.inflation);
  return {found.at, std::max(found.at - found.earliest, found.latest - found.at)};
}

}  // namespace

std::vector<suspect> find_suspects(const joint_evidence& joint, std::span<const tracked_metric> metrics,
                                   const suspect_rules& rules) {
  const std::size_t n = joint.value.size();
  const std::vector<segment> pieces =
      segment_means(joint.value, joint.weight, rules.penalty_share * penalty_of(joint));

  std::vector<suspect> out;
  for (const segment& s : pieces) {
    if (!is_bad(s, joint, metrics, rules)) continue;
    std::size_t first = s.first;
    std::size_t last = s.last;
    while (first < last && joint.weight[first] <= 0) ++first;
    while (last > first && joint.weight[last - 1] <= 0) --last;
    if (!out.empty() && first <= out.back().last + rules.merge_gap) {
      out.back().last = last;
    } else {
      out.push_back({first, last});
    }
  }
  std::erase_if(out, [&](const suspect& s) { return s.last - s.first < rules.min_samples; });

  std::vector<segment> mirrored_pieces(pieces.rbegin(), pieces.rend());
  for (segment& s : mirrored_pieces) s = {n - s.last, n - s.first, s.mean, s.weight};
  const joint_evidence mirrored{{joint.value.rbegin(), joint.value.rend()},
                                {joint.weight.rbegin(), joint.weight.rend()},
                                joint.inflation,
                                joint.rho};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t floor = i > 0 ? out[i - 1].last : 0;
    const std::size_t ceiling = i + 1 < out.size() ? out[i + 1].first : n;
    const boundary start =
        refine_start(joint, floor, out[i].first, rise_ends(pieces, out[i].first, out[i].last));
    const boundary end = refine_start(mirrored, n - ceiling, n - out[i].last,
                                      rise_ends(mirrored_pieces, n - out[i].last, n - out[i].first));
    out[i].first = start.at;
    out[i].last = n - end.at;
    out[i].start_slack = start.slack;
    out[i].end_slack = end.slack;
  }
  // Two shoulders may meet: then it was one incident with a calmer middle.
  std::vector<suspect> joined;
  for (const suspect& s : out) {
    if (!joined.empty() && s.first <= joined.back().last + rules.merge_gap) {
      joined.back().last = std::max(joined.back().last, s.last);
      joined.back().end_slack = s.end_slack;
    } else {
      joined.push_back(s);
    }
  }
  for (suspect& s : joined) {
    const auto [sum, count] = total_of(joint, s.first, s.last);
    s.score = count > 0 ? sum / std::sqrt(count * joint.inflation) : 0;
  }
  return joined;
}

std::vector<suspect> find_candidates(const joint_evidence& joint, const suspect_rules& rules,
                                     std::size_t most) {
  const std::size_t n = joint.value.size();
  std::vector<segment> pieces =
      segment_means(joint.value, joint.weight, candidate_penalty * penalty_of(joint));
  std::erase_if(pieces, [&](const segment& s) {
    const std::size_t length = s.last - s.first;
    return s.mean < candidate_mean || length < rules.min_samples || length > n / 4;
  });
  std::ranges::sort(pieces, std::greater{}, [](const segment& s) { return s.weight * s.mean * s.mean; });
  if (pieces.size() > most) pieces.resize(most);
  std::vector<suspect> out;
  for (const segment& s : pieces) out.push_back({s.first, s.last});
  std::ranges::sort(out, {}, &suspect::first);
  return out;
}

bool is_short_and_strong(const joint_evidence& joint, const suspect& s, double share) {
  const std::size_t length = s.last - s.first;
  if (length > most_short) return false;
  const auto [sum, count] = total_of(joint, s.first, s.last);
  // No mean of `length` samples varies more, if no two of them correlate more than neighbours do.
  const double widened = 1 + static_cast<double>(length - 1) * joint.rho;
  const double needed = 2 * share * penalty_of(joint) / joint.inflation * std::min(widened, joint.inflation);
  return count > 0 && sum > 0 && sum * sum / count >= needed;
}

std::vector<suspect> find_short(const joint_evidence& joint, std::span<const tracked_metric> metrics,
                                suspect_rules rules) {
  const double share = rules.penalty_share;
  rules.penalty_share = candidate_penalty;
  std::vector<suspect> out = find_suspects(joint, metrics, rules);
  std::erase_if(out, [&](const suspect& s) { return !is_short_and_strong(joint, s, share); });
  return out;
}

bool stands_alone(const joint_evidence& joint, const suspect& s) {
  const auto mean = [&](std::size_t first, std::size_t last) {
    const auto [sum, count] = total_of(joint, first, last);
    return count > 0 ? sum / count : 0;
  };
  const std::size_t flank = std::max<std::size_t>(3, (s.last - s.first) / 3);
  const double inside = mean(s.first, s.last);
  // At the ends of the data nothing holds the baseline.
  if (s.first == 0 || s.last == joint.value.size() || inside < alone_mean) return false;
  const double before = mean(s.first > flank ? s.first - flank : 0, s.first);
  const double after = mean(s.last, std::min(joint.value.size(), s.last + flank));
  return std::min(before, after) <= alone_flank * inside && std::max(before, after) <= alone_ramp * inside;
}

bool has_witnesses(const joint_evidence& joint, std::span<const tracked_metric> metrics, const suspect& s) {
  const auto length = static_cast<double>(s.last - s.first);
  double least = std::max(witness_mean, witness_sigmas * std::sqrt(joint.inflation / length));
  if (s.last - s.first <= most_short) least = std::max(least, short_witness_mean);
  int witnesses = 0;
  for (const tracked_metric& metric : metrics) {
    const double mean = mean_z(metric, s.first, s.last);
    if (metric.sense.role == metric_role::throughput && std::abs(mean) >= usual_traffic) return false;
    if (tells_symptoms(metric) && mean >= least) ++witnesses;
  }
  return witnesses >= 2;
}

std::vector<suspect> find_surges(const tracked_metric& metric, const suspect_rules& rules) {
  const std::size_t n = metric.z.size();
  const auto far = std::ranges::count_if(metric.z, [](double z) { return z <= -surge_mean; });
  std::vector<suspect> out;
  if (static_cast<std::size_t>(far) < rules.min_samples) return out;
  std::vector<double> value(n), weight(n);
  for (std::size_t i = 0; i < n; ++i) {
    weight[i] = std::isnan(metric.z[i]) ? 0 : 1;
    value[i] = weight[i] > 0 ? std::clamp(-metric.z[i], -8.0, 8.0) : 0;
  }
  const double penalty = 6 * std::log(static_cast<double>(std::max<std::size_t>(n, 2)));
  for (const segment& s : segment_means(value, weight, penalty * robust::variance_inflation(value, weight))) {
    const std::size_t length = s.last - s.first;
    if (s.mean >= surge_mean && length >= rules.min_samples && length <= n / 4)
      out.push_back({s.first, s.last});
  }
  return out;
}

}  // namespace stook::sre
