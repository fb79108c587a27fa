#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <stook/core/time.hpp>

namespace stook::sre {

/// A line of logs that has a trace.
struct trace_row {
  std::string_view trace;
  std::uint32_t service = 0;
  timestamp ts;
};

/// Calls `visit(first, last)` for the rows of each trace. Equal traces have to lie side by side; one of more
/// than 64 rows is left out, for what it costs grows with the square.
template <typename Visit>
void for_each_trace(std::span<const trace_row> rows, Visit visit) {
  constexpr std::size_t most_rows_of_trace = 64;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    while (last < rows.size() && rows[last].trace == rows[first].trace) ++last;
    if (last - first <= most_rows_of_trace) visit(rows.data() + first, rows.data() + last);
    first = last;
  }
}

}  // namespace stook::sre
