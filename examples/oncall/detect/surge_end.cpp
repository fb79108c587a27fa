#include <oncall/detect/surge_end.hpp>

#include <algorithm>
#include <cmath>

namespace stook::sre {
namespace {

constexpr double least_rise = 0.6;    // of the fall
constexpr double calm_before = 0.75;  // of the samples

struct level {
  double sum = 0;
  std::size_t samples = 0;

  void add(double value, int times) {
    if (std::isnan(value)) return;
    sum += times * value;
    samples = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(samples) + times);
  }
  double mean() const { return samples == 0 ? std::nan("") : sum / static_cast<double>(samples); }
};

level level_of(std::span<const double> values) {
  level out;
  for (const double v : values) out.add(v, 1);
  return out;
}

/// Where the mean of the next `width` samples is most above that of the last; of no height if it never is.
struct step {
  std::size_t at = 0;
  double height = 0;
};
step highest_step(std::span<const double> values, std::size_t width) {
  step out;
  level before = level_of(values.first(width));
  level behind = level_of(values.subspan(width, width));
  for (std::size_t at = width; at + width <= values.size(); ++at) {
    if (const double height = behind.mean() - before.mean(); height > out.height) out = {at, height};
    if (at + width == values.size()) break;
    before.add(values[at - width], -1);
    before.add(values[at], 1);
    behind.add(values[at], -1);
    behind.add(values[at + width], 1);
  }
  return out;
}

}  // namespace

std::optional<std::size_t> surge_that_ends(std::span<const double> traffic, const suspect& fall,
                                           std::size_t width) {
  const std::size_t top = fall.first - std::min(fall.first, fall.start_slack);
  if (width == 0 || top < 2 * width) return std::nullopt;
  const double low = level_of(traffic.subspan(fall.first, fall.last - fall.first)).mean();
  const double drop = level_of(traffic.subspan(top - width, width)).mean() - low;
  const step rise = highest_step(traffic.first(top), width);
  if (!(drop > 0) || !(rise.height >= least_rise * drop)) return std::nullopt;

  const std::size_t surge = top - rise.at;
  if (rise.at < surge) return std::nullopt;
  const auto before = traffic.subspan(rise.at - surge, surge);
  const auto calm = std::ranges::count_if(before, [&](double v) { return v < low + drop / 2; });
  const auto seen = level_of(before).samples;
  if (seen == 0 || static_cast<double>(calm) < calm_before * static_cast<double>(seen)) return std::nullopt;
  return rise.at;
}

}  // namespace stook::sre
