#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <oncall/data/input_report.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// The line that each row begins on. Most rows stand on the line behind the row before: only the others take
/// memory.
class row_lines {
 public:
  void push_back(std::uint64_t line) {
    if (line != next_line_) jumps_.push_back({.row = rows_, .line = line});
    next_line_ = line + 1;
    ++rows_;
  }
  std::uint64_t operator[](std::size_t row) const;

 private:
  struct jump {
    std::size_t row;
    std::uint64_t line;
  };
  std::vector<jump> jumps_;
  std::size_t rows_ = 0;
  std::uint64_t next_line_ = 0;
};

/// The rows in ascending order of time, those of one instant as they were. Rows that stood behind a later one
/// are noted. Empty if the rows are in order already. `lines[row]` is the line of a row.
template <class Lines>
std::vector<std::uint32_t> order_by_time(std::span<const timestamp> ts, const Lines& lines,
                                         input_report& report) {
  for (std::size_t i = 1; i < ts.size(); ++i) {
    if (ts[i] < ts[i - 1]) report.note(input_issue::out_of_order, lines[i], to_string(ts[i]));
  }
  std::vector<std::uint32_t> order;
  if (report.count(input_issue::out_of_order) == 0) return order;
  order.resize(ts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return ts[row]; });
  return order;
}

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
