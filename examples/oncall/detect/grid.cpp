#include <oncall/detect/grid.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::int64_t most_cells = 4'000'000;

void check(const metrics_table& table) {
  for (const metric_series& series : table.series) {
    if (series.values.size() == table.ts.size()) continue;
    throw error("metrics_table", fmt::format("expected {} values in series '{}', one a timestamp; it has {}",
                                             table.ts.size(), series.name, series.values.size()));
  }
  for (std::size_t i = 1; i < table.ts.size(); ++i) {
    if (table.ts[i - 1] < table.ts[i]) continue;
    throw error("metrics_table",
                fmt::format("expected ascending timestamps without repeats; row {} is {} after {}", i,
                            to_string(table.ts[i]), to_string(table.ts[i - 1])));
  }
}

std::int64_t median_step(const std::vector<timestamp>& ts) {
  std::vector<std::int64_t> steps;
  steps.reserve(ts.size());
  for (std::size_t i = 1; i < ts.size(); ++i) steps.push_back((ts[i] - ts[i - 1]).count());
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

}  // namespace

timestamp regular_grid::time_of(std::size_t i, const metrics_table& table) const {
  if (i < size && row_of_cell[i] >= 0) return table.ts[static_cast<std::size_t>(row_of_cell[i])];
  return origin + step * static_cast<std::int64_t>(i);
}

regular_grid lay_on_grid(const metrics_table& table) {
  check(table);
  regular_grid grid;
  if (table.ts.empty()) return grid;
  grid.origin = table.ts.front();
  grid.cell_of_row.resize(table.ts.size());
  grid.size = 1;
  if (table.ts.size() > 1) {
    const std::int64_t span = (table.ts.back() - table.ts.front()).count();
    const std::int64_t step = std::max(median_step(table.ts), span / most_cells + 1);
    grid.step = std::chrono::microseconds{step};
    for (std::size_t row = 0; row < table.ts.size(); ++row) {
      const std::int64_t offset = (table.ts[row] - grid.origin).count();
      grid.cell_of_row[row] = static_cast<std::uint32_t>((offset + step / 2) / step);
    }
    grid.size = grid.cell_of_row.back() + std::size_t{1};
  }
  grid.row_of_cell.assign(grid.size, -1);
  for (std::size_t row = table.ts.size(); row-- > 0;) {
    grid.row_of_cell[grid.cell_of_row[row]] = static_cast<std::int64_t>(row);
  }
  for (const metric_series& series : table.series) {
    std::vector<double> sum(grid.size, 0.0);
    std::vector<std::uint32_t> count(grid.size, 0);
    for (std::size_t row = 0; row < table.ts.size(); ++row) {
      if (!std::isfinite(series.values[row])) continue;
      sum[grid.cell_of_row[row]] += series.values[row];
      ++count[grid.cell_of_row[row]];
    }
    for (std::size_t i = 0; i < grid.size; ++i) {
      sum[i] = count[i] > 0 ? sum[i] / count[i] : std::numeric_limits<double>::quiet_NaN();
    }
    grid.values.push_back(std::move(sum));
  }
  return grid;
}

}  // namespace stook::sre
