#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/data/logs.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>
#include <stook/core/type_layout.hpp>

namespace stook::sre {

/// From `from` up to, but not including, `to`.
struct time_window {
  timestamp from;
  timestamp to;
};
STOOK_DESCRIBE(time_window, (from, "Where the window begins"), (to, "Where it ends, exclusive"))

struct scan_options {
  /// Rows in each list of the result, 1 to 50. With the default the JSON text stays below 6 KB.
  std::size_t top = 8;
  /// Times that are not quiet either, such as other incidents of the day.
  std::vector<time_window> not_quiet{};
  /// How long before the window an onset may lie.
  std::chrono::minutes lookback{5};
};

/// How a signal is distributed over the values of one column, where it is not as all lines are.
struct slice_share {
  std::string by;     ///< the column: "region", "endpoint", "version"
  std::string value;  ///< as the logs have it
  double share = 0;   ///< of the errors in the window
  double usual = 0;   ///< of all lines of the day
};
STOOK_DESCRIBE(slice_share, (by, "Column"), (value, "Value in that column"),
               (share, "Its share of these errors in the window"),
               (usual, "Its share of all lines of the day"))

/// Another service that the lines of a signal name.
struct named_share {
  std::string service;
  double share = 0;  ///< of the lines in the window
};
STOOK_DESCRIBE(named_share, (service, "Another service that logs"),
               (share, "Share of these lines that name it"))

/// Errors of one service and kind, compared with the quiet part of the day. Where the logs give no kind, the
/// template of the message stands for it.
struct log_signal {
  std::string id;       ///< S1, S2... in the order of the list: what evidence points to
  std::string service;  ///< may be empty if the logs do not say
  std::string kind;     ///< empty: the logs do not say, `message` identifies the signal
  std::string message;  ///< the commonest template in the window, shortened
  std::string level;    ///< the commonest in the window
  std::int64_t count = 0;
  double expected = 0;   ///< by the quiet rate
  double lift = 0;       ///< (count - expected) / sqrt(expected + 1)
  timestamp first_seen;  ///< in the window
  timestamp onset;       ///< where the rate changes
  std::vector<slice_share> concentrated{};
  std::vector<named_share> names{};  ///< most often named first; the template may hide them in a variable
};
STOOK_DESCRIBE(log_signal, (id, "Identifies this row"), (service, "Service that logged it"),
               (kind, "error_kind; empty if the logs give none"), (message, "Commonest message template"),
               (level, "Commonest level"), (count, "Lines in the window"),
               (expected, "Lines by the quiet rate"),
               (lift, "Poisson lift: (count - expected) / sqrt(expected + 1)"),
               (first_seen, "First in the window"), (onset, "Where the rate changes"),
               (concentrated, "Where it is concentrated", stook::defaulted),
               (names, "Other services that its lines name", stook::defaulted))

/// A message template among the errors.
struct template_row {
  std::string text;  ///< with the types of its variables: `waited <int> ms`
  std::int64_t count = 0;
  double expected = 0;
  double lift = 0;
};
STOOK_DESCRIBE(template_row, (text, "Template, with the types of its variables"),
               (count, "Lines in the window"), (expected, "Lines by the quiet rate"), (lift, "Poisson lift"))

/// Latency of the lines of one service; of all lines if `service` is empty.
struct latency_row {
  std::string service;
  std::int64_t lines = 0;  ///< in the window, with a latency
  double p50_ms = 0, p95_ms = 0, p99_ms = 0;
  double quiet_p95_ms = 0;  ///< 0 if there is nothing to compare with
};
STOOK_DESCRIBE(latency_row, (service, "Empty: all services"), (lines, "Lines with a latency"),
               (p50_ms, "Median"), (p95_ms, "95th percentile"), (p99_ms, "99th percentile"),
               (quiet_p95_ms, "95th percentile of the quiet part"))

/// A service whose clock seems to be wrong, by the traces that it shares with others.
struct clock_skew_row {
  std::string service;
  double seconds = 0;  ///< positive: its clock is fast
};
STOOK_DESCRIBE(clock_skew_row, (service, "Service"),
               (seconds, "Its clock is fast by so much; slow if negative"))

/// One service calls another, by the order of their lines in the traces that they share.
struct traced_call {
  std::string caller;
  std::string callee;
  std::int64_t traces = 0;
};
STOOK_DESCRIBE(traced_call, (caller), (callee), (traces, "Traces that show it"))

/// What the logs of a window say against the quiet part of the same day. Signals and templates are ranked by
/// lift, never by count: what is loud all day has none.
struct log_scan {
  time_window window;
  std::int64_t lines = 0;        ///< in the window
  std::int64_t error_lines = 0;  ///< of level WARN and above, or with a kind, or without a usable level
  double expected_error_lines = 0;
  double quiet_hours = 0;             ///< what the window was compared with
  double lines_ratio = 0;             ///< lines per time in the window over lines per time in the quiet part
  std::int64_t distinct_signals = 0;  ///< all of them; the list holds the first
  std::int64_t lines_without_level = 0;  ///< in the window: level empty or unknown
  std::vector<log_signal> signals{};
  std::vector<template_row> templates{};
  std::vector<slice_share> slices{};  ///< of all errors in the window; three values a column
  std::vector<latency_row> latency{};
  std::vector<clock_skew_row> clock_skew{};
  std::vector<traced_call> calls{};  ///< most frequent first
  std::vector<std::string> notes{};  ///< what limits this result
};
STOOK_DESCRIBE(log_scan, (window, "What was scanned"), (lines, "Lines in the window"),
               (error_lines, "Of them WARN and above, with an error kind, or without a usable level"),
               (expected_error_lines, "The same by the quiet rate"),
               (quiet_hours, "What the window was compared with"),
               (lines_ratio, "Line rate in the window over the quiet one"),
               (distinct_signals, "How many there are; the list holds the first"),
               (lines_without_level, "Lines whose level is empty or unknown"),
               (signals, "Errors by service and kind, ranked by lift"),
               (templates, "Message templates, ranked by lift"),
               (slices, "Errors in the window by region, endpoint and version"),
               (latency, "Latency by service"), (clock_skew, "Services whose clocks seem wrong"),
               (calls, "Who calls whom, by the traces", stook::defaulted), (notes, "What limits this result"))

/// Compares the errors in a window with the quiet rest of the day. Deterministic: rows of one instant may
/// come in any order. Text from the logs is shortened and cleaned, never quoted whole. Throws `error` with
/// the code `bad_window` if the window is empty and `bad_option` if `top` is out of range. Thread-safe.
log_scan scan_logs(const log_table& logs, const time_window& window, const scan_options& options = {});

}  // namespace stook::sre

// These tables are big: instantiated once, in log_scan_tables.cpp, not in every
// program.
namespace stook::detail {
extern template const type_desc& type_of<sre::log_signal>();
extern template const type_desc& type_of<sre::log_scan>();
}  // namespace stook::detail
