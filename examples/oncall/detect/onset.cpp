#include <oncall/detect/onset.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace stook::sre {
namespace {

/// Weighted sums over a run of samples: of the powers of time, and of the values times them.
struct moments {
  std::array<double, 5> t{};
  std::array<double, 3> v{};
  double vv = 0;

  void add(double w, double time, double value) {
    double power = w;
    for (std::size_t k = 0; k < t.size(); ++k) {
      t[k] += power;
      if (k < v.size()) v[k] += power * value;
      power *= time;
    }
    vv += w * value * value;
  }

  /// The same with time counted from `start`.
  moments from(double start) const {
    constexpr std::array<std::array<double, 5>, 5> choose{
        {{1, 0, 0, 0, 0}, {1, 1, 0, 0, 0}, {1, 2, 1, 0, 0}, {1, 3, 3, 1, 0}, {1, 4, 6, 4, 1}}};
    moments out{.t = {}, .v = {}, .vv = vv};
    for (std::size_t k = 0; k < t.size(); ++k) {
      double power = 1;
      for (std::size_t j = k + 1; j-- > 0;) {
        out.t[k] += choose[k][j] * power * t[j];
        if (k < v.size()) out.v[k] += choose[k][j] * power * v[j];
        power *= -start;
      }
    }
    return out;
  }

  /// The least squared error of jump + slope * time, and with `bent` + bend * time^2, none of them below
  /// zero, of moments counted from the start. The best of the fits with one or two of them that has no
  /// negative one: three are more than noise can tell apart.
  double rise_error(bool bent) const {
    if (t[0] <= 0) return 0;
    const std::size_t terms = bent ? 3 : 2;
    double explained = 0;
    for (std::size_t a = 0; a < terms; ++a) {
      if (v[a] > 0 && t[2 * a] > 0) explained = std::max(explained, v[a] * v[a] / t[2 * a]);
      for (std::size_t b = a + 1; b < terms; ++b) {
        const double spread = t[2 * a] * t[2 * b] - t[a + b] * t[a + b];
        if (spread <= 1e-12 * t[2 * a] * t[2 * b]) continue;
        const double first = (v[a] * t[2 * b] - v[b] * t[a + b]) / spread;
        const double second = (v[b] * t[2 * a] - v[a] * t[a + b]) / spread;
        if (first >= 0 && second >= 0) explained = std::max(explained, first * v[a] + second * v[b]);
      }
    }
    return vv - explained;
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
  std::vector<double> error(last_candidate - from + 1), bent_error(error.size());
  moments after;
  for (std::size_t i = to; i-- > from;) {
    const double time = (static_cast<double>(i) - static_cast<double>(to)) / static_cast<double>(to - from);
    if (weights[i] > 0) after.add(weights[i], time, values[i]);
    if (i > last_candidate) continue;
    if (weights[i] > 0) quiet_error -= weights[i] * values[i] * values[i];
    const moments begun = after.from(time);
    error[i - from] = quiet_error + begun.rise_error(false);
    bent_error[i - from] = quiet_error + begun.rise_error(true);
  }
  // A bend is believed where no straight rise is nearly as likely.
  if (std::ranges::min(bent_error) + 2 * slack < std::ranges::min(error)) error.swap(bent_error);
  const auto least = std::ranges::min_element(error);
  const auto within = [&](double e) { return e <= *least + slack; };
  const auto best = static_cast<std::size_t>(least - error.begin());
  onset found{from + best, from + best, from + best};
  while (found.earliest > from && within(error[found.earliest - 1 - from])) --found.earliest;
  while (found.latest < last_candidate && within(error[found.latest + 1 - from])) ++found.latest;
  return found;
}

}  // namespace stook::sre
