#include <oncall/detect/failed_scrapes.hpp>

#include <algorithm>
#include <cmath>

namespace stook::sre {
namespace {

constexpr std::size_t least_steady_metrics = 2;
constexpr std::size_t rare = 100;  // one sample in so many

using all_values = std::vector<std::vector<double>>;

bool reads_zero(const all_values& values, std::size_t i) {
  std::size_t seen = 0;
  for (const std::vector<double>& metric : values) {
    if (std::isnan(metric[i])) continue;
    if (metric[i] != 0) return false;
    ++seen;
  }
  return seen >= least_steady_metrics;
}

/// Hardly ever zero but where all are.
bool is_steady(const std::vector<double>& metric, const std::vector<char>& all_zero) {
  std::size_t zeros = 0;
  std::size_t others = 0;
  for (std::size_t i = 0; i < metric.size(); ++i) {
    if (std::isnan(metric[i]) || all_zero[i] != 0) continue;
    ++(metric[i] == 0 ? zeros : others);
  }
  return others > 0 && zeros * rare <= others;
}

}  // namespace

std::vector<cell_range> find_failed_scrapes(const all_values& values, std::size_t longest) {
  if (values.size() < least_steady_metrics) return {};
  const std::size_t size = values.front().size();
  std::vector<char> all_zero(size, 0);
  for (std::size_t i = 0; i < size; ++i) all_zero[i] = reads_zero(values, i) ? 1 : 0;

  std::vector<cell_range> found;
  std::size_t cells = 0;
  for (std::size_t i = 0; i < size;) {
    std::size_t end = i;
    while (end < size && all_zero[end] != 0) ++end;
    if (end > i && end - i <= longest) {
      found.push_back({i, end});
      cells += end - i;
    }
    i = std::max(end, i + 1);
  }
  if (cells > size / 4) return {};
  const auto steady = [&](const std::vector<double>& metric) { return is_steady(metric, all_zero); };
  if (static_cast<std::size_t>(std::ranges::count_if(values, steady)) < least_steady_metrics) return {};
  return found;
}

}  // namespace stook::sre
