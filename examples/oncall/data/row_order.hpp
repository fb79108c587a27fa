#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <oncall/data/input_report.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// The rows in ascending order of time, those of one instant as they were. Rows that stood behind a later one
/// are noted. Empty if the rows are in order already. `lines` has the line of each row.
std::vector<std::uint32_t> order_by_time(std::span<const timestamp> ts, std::span<const std::uint64_t> lines,
                                         input_report& report);

/// `values` with row i what row `order[i]` was.
template <class T>
void reorder(std::vector<T>& values, std::span<const std::uint32_t> order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t row : order) sorted.push_back(std::move(values[row]));
  values = std::move(sorted);
}

/// Throws `error` (`input_rows`) if the file has yielded no row, with the first reasons.
void require_rows(const input_report& report);

}  // namespace stook::sre
