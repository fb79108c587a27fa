#include <oncall/logs/poisson.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace stook::sre {
namespace {

double seconds_between(timestamp from, timestamp to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

double poisson_lift(double count, double expected) { return (count - expected) / std::sqrt(expected + 1); }

double rate_chance(double inside, double outside, double share) {
  const double all = inside + outside;
  if (inside <= 0 || inside <= all * share) return 1;
  if (share <= 0) return 0;
  // The terms of the upper tail fall geometrically from the first on.
  const double first = std::lgamma(all + 1) - std::lgamma(inside + 1) - std::lgamma(outside + 1) +
                       inside * std::log(share) + outside * std::log1p(-share);
  const double odds = share / (1 - share);
  double term = std::exp(first);
  double sum = 0;
  for (double k = inside; k <= all && term > sum * 1e-12; ++k) {
    sum += term;
    term *= odds * (all - k) / (k + 1);
  }
  return std::min(sum, 1.0);
}

timestamp rate_onset(std::span<const timestamp> times, timestamp to, double quiet_per_second) {
  // One event a day as the least rate: a kind that never occurs when it is quiet still has a likelihood.
  const double before = std::max(quiet_per_second, 1.0 / 86'400);
  double best = -std::numeric_limits<double>::infinity();
  timestamp onset = times.front();
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0 && times[i] == times[i - 1]) continue;
    const double after_count = static_cast<double>(times.size() - i);
    const double span = std::max(seconds_between(times[i], to), 1.0);
    const double after = std::max(after_count / span, before);
    const double quiet = seconds_between(times.front(), times[i]);
    const double likelihood = static_cast<double>(i) * std::log(before) - before * quiet +
                              after_count * std::log(after) - after * span;
    if (likelihood > best) {
      best = likelihood;
      onset = times[i];
    }
  }
  return onset;
}

}  // namespace stook::sre
