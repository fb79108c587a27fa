#include <oncall/detect/onset.hpp>

#include <algorithm>
#include <vector>

namespace stook::sre {
namespace {

/// Weighted sums over a run of samples, with time counted from the last of them.
struct moments {
  double weight = 0, t = 0, tt = 0, v = 0, tv = 0, vv = 0;

  void add(double w, double time, double value) {
    weight += w;
    t += w * time;
    tt += w * time * time;
    v += w * value;
    tv += w * time * value;
    vv += w * value * value;
  }

  /// The least squared error of jump + slope * (time - start), both at least zero.
  double rise_error(double start) const {
    if (weight <= 0) return 0;
    const double st = t - start * weight;
    const double stt = tt - 2 * start * t + start * start * weight;
    const double stv = tv - start * v;
    const double spread = stt * weight - st * st;
    if (spread > 0) {
      const double slope = (stv * weight - st * v) / spread;
      const double jump = (v - slope * st) / weight;
      if (slope >= 0 && jump >= 0) return vv - jump * v - slope * stv;
    }
    const double by_jump = v > 0 ? v * v / weight : 0;
    const double by_slope = stt > 0 && stv > 0 ? stv * stv / stt : 0;
    return vv - std::max(by_jump, by_slope);
  }
};

}  // namespace

onset find_onset(std::span<const double> values, std::span<const double> weights, std::size_t from,
                 std::size_t last_candidate, std::size_t to, double slack) {
  last_candidate = std::min(last_candidate, to - 1);
  double quiet_error = 0;
  for (std::size_t i = from; i <= last_candidate; ++i) {
    if (weights[i] > 0) quiet_error += weights[i] * values[i] * values[i];
  }
  std::vector<double> error(last_candidate - from + 1);
  moments after;
  for (std::size_t i = to; i-- > from;) {
    const double time = static_cast<double>(i) - static_cast<double>(to);
    if (weights[i] > 0) after.add(weights[i], time, values[i]);
    if (i > last_candidate) continue;
    if (weights[i] > 0) quiet_error -= weights[i] * values[i] * values[i];
    error[i - from] = quiet_error + after.rise_error(time);
  }
  const auto least = std::ranges::min_element(error);
  const auto within = [&](double e) { return e <= *least + slack; };
  const auto best = static_cast<std::size_t>(least - error.begin());
  onset found{from + best, from + best, from + best};
  while (found.earliest > from && within(error[found.earliest - 1 - from])) --found.earliest;
  while (found.latest < last_candidate && within(error[found.latest + 1 - from])) ++found.latest;
  return found;
}

}  // namespace stook::sre
