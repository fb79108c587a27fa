#include <oncall/detect/suspects.hpp>

#include <algorithm>
#include <cmath>

#include <oncall/detect/onset.hpp>
#include <oncall/detect/segmentation.hpp>

namespace stook::sre {
namespace {

constexpr double moved_mean = 1;
// 95 % for the place of a change: Hansen, Sample Splitting and Threshold Estimation, Econometrica 2000.
constexpr double likelihood_slack = 7.35;
constexpr double plateau = 0.8;  // of the highest piece: there the rise is over

bool moved(const tracked_metric& metric, std::size_t first, std::size_t last) {
  double sum = 0;
  double count = 0;
  for (std::size_t i = first; i < last; ++i) {
    if (std::isnan(metric.z[i])) continue;
    sum += std::clamp(metric.z[i], -8.0, 8.0);
    ++count;
  }
  return count > 0 && sum >= moved_mean * count;
}

bool is_bad(const segment& s, const joint_evidence& joint, std::span<const tracked_metric> metrics,
            const suspect_rules& rules) {
  if (s.mean < rules.least_mean) return false;
  if (s.weight * s.mean * s.mean < rules.least_energy * joint.inflation) return false;
  return std::ranges::any_of(metrics, [&](const tracked_metric& metric) {
    return (metric.sense.user_visible() || !rules.need_user_visible) && moved(metric, s.first, s.last);
  });
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
  const double penalty = 6 * std::log(static_cast<double>(std::max<std::size_t>(n, 2))) * joint.inflation;
  const std::vector<segment> pieces = segment_means(joint.value, joint.weight, penalty);

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
                                joint.inflation};
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
    double sum = 0;
    double count = 0;
    for (std::size_t i = s.first; i < s.last; ++i) {
      if (joint.weight[i] <= 0) continue;
      sum += joint.value[i];
      ++count;
    }
    s.score = count > 0 ? sum / std::sqrt(count * joint.inflation) : 0;
  }
  return joined;
}

}  // namespace stook::sre
