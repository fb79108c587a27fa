#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <oncall/data/logs.hpp>
#include <oncall/logs/log_scan.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre {

/// How many lines have a value.
struct value_lines {
  std::string value;
  std::int64_t lines = 0;
};
STOOK_DESCRIBE(value_lines, (value, "Value in the column"), (lines, "Lines that have it"))

/// What the lines of a window are, counted: no comparison with the rest of the day, no look at their text.
/// The lists hold the commonest values, commonest first, of lines that have one.
struct window_counts {
  time_window window;
  std::int64_t lines = 0;
  std::vector<value_lines> kinds{}, services{}, endpoints{}, regions{};
  double p50_ms = 0, p95_ms = 0, p99_ms = 0;  ///< latency, by nearest rank; 0 if no line has one
};
STOOK_DESCRIBE(window_counts, (window, "What was counted"), (lines, "Lines in it"), (kinds, "By error_kind"),
               (services, "By service"), (endpoints, "By endpoint"), (regions, "By region"),
               (p50_ms, "Median latency"), (p95_ms, "95th percentile"), (p99_ms, "99th percentile"))

/// Counts the lines of a window by kind, service, endpoint and region: a look before `scan_logs`, which costs
/// a few nanoseconds a line of the window and nothing for the rest of the day. At most `top` values a list.
/// Throws `error` (`bad_window`) if the window is empty. Thread-safe.
window_counts count_window(const log_table& logs, const time_window& window, std::size_t top = 10);

}  // namespace stook::sre
