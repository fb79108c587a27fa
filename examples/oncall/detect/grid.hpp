#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <oncall/data/metrics.hpp>

namespace stook::sre {

/// The rows of a table laid on equal time steps. A cell with no row is missing in every series; a cell with
/// several holds the mean of their values.
struct regular_grid {
  timestamp origin;                         ///< start of cell 0
  std::chrono::microseconds step{0};        ///< 0: fewer than two rows
  std::size_t size = 0;                     ///< cells
  std::vector<std::uint32_t> cell_of_row;   ///< as long as the table's `ts`
  std::vector<std::int64_t> row_of_cell;    ///< the first row in the cell, or -1
  std::vector<std::vector<double>> values;  ///< by series, each `size` long; NaN is missing

  /// The time at which cell `i` begins: that of its first row if it has one. `i` may be `size`.
  timestamp time_of(std::size_t i, const metrics_table& table) const;
};

/// The step is the median distance of neighbouring rows, so that jitter, gaps and missing rows do not move
/// it; rows fall into the nearest cell. The step is raised where there would be more than four million cells.
/// Values that are not finite count as missing. Throws `error` ("metrics_table") where the table breaks its
/// contract: a series of another length, or times that do not ascend.
regular_grid lay_on_grid(const metrics_table& table);

}  // namespace stook::sre
