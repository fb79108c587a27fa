#include <oncall/detect/hampel.hpp>

#include <algorithm>
#include <cmath>

#include <oncall/detect/robust.hpp>

namespace stook::sre {
namespace {

/// The noise of a series from its first differences, which slow movement does not reach.
double difference_scale(std::span<const double> values) {
  std::vector<double> differences;
  differences.reserve(values.size());
  double previous = std::nan("");
  for (double value : values) {
    if (std::isnan(value)) continue;
    if (!std::isnan(previous)) differences.push_back(value - previous);
    previous = value;
  }
  return robust::scale_about_zero(differences) / std::sqrt(2.0);
}

}  // namespace

bool is_in_run(std::span<const double> values, std::size_t i, std::size_t half_width, double threshold) {
  const double limit = threshold * difference_scale(values);
  if (limit <= 0 || std::isnan(values[i])) return false;
  constexpr std::size_t wider = 5;
  const std::size_t reach = wider * half_width;
  const std::size_t from = i < reach ? 0 : i - reach;
  const std::size_t to = std::min(values.size(), i + reach + 1);
  const double usual = robust::median(values.subspan(from, to - from));
  const bool above = values[i] > usual;
  if (std::abs(values[i] - usual) <= limit) return false;
  std::size_t run = 0;
  for (std::size_t j = from; j < to; ++j) {
    if (std::isnan(values[j])) continue;
    const double distance = above ? values[j] - usual : usual - values[j];
    if (distance > limit) {
      ++run;
      continue;
    }
    if (j > i) break;
    run = 0;
  }
  return run > half_width;
}

std::vector<std::size_t> find_artefacts(std::span<const double> values, std::size_t half_width,
                                        double threshold) {
  std::vector<std::size_t> found;
  const double limit = threshold * difference_scale(values);
  if (limit <= 0) return found;
  std::vector<double> window;
  window.reserve(2 * half_width + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    window.clear();
    const std::size_t from = i < half_width ? 0 : i - half_width;
    const std::size_t to = std::min(values.size(), i + half_width + 1);
    for (std::size_t j = from; j < to; ++j) {
      if (!std::isnan(values[j])) window.push_back(values[j]);
    }
    if (window.size() < 3) continue;
    // With most of the window near, the median is near too: no need to find it.
    const auto near =
        std::ranges::count_if(window, [&](double v) { return std::abs(v - values[i]) <= limit; });
    if (2 * static_cast<std::size_t>(near) > window.size()) continue;
    if (std::abs(values[i] - robust::median_in_place(window)) > limit) found.push_back(i);
  }
  return found;
}

}  // namespace stook::sre
