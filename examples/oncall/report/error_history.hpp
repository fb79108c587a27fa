#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <oncall/data/logs.hpp>
#include <oncall/report/svg_parts.hpp>

namespace stook::sre::report {

/// One kind of error of one service over time.
struct error_series {
  std::string service;
  std::string kind;     ///< empty where the logs give none
  std::string message;  ///< the commonest template
  std::int64_t total = 0;
  std::int64_t in_windows = 0;
  double usual = 0;  ///< lines by the quiet rate for as long as the windows last
  double lift = 0;   ///< (in_windows - usual) / sqrt(usual + 1); without windows 0
  std::vector<std::uint32_t> bins;
};

struct error_history {
  time_span span{};
  std::chrono::microseconds bin{0};
  std::vector<error_series> shown;  ///< by lift, and without windows by count
  std::int64_t hidden_series = 0;
  std::int64_t hidden_lines = 0;
  std::int64_t lines = 0;  ///< errors in all
};

/// The lines of a table that may tell of an error (scan_rows.hpp), counted by service and kind in at most 144
/// bins of a round length. At most `most` series; what is loud all day does not push out what rose.
error_history count_errors(const log_table& logs, const time_span& span,
                           std::span<const marked_window> windows, std::size_t most = 10);

/// A strip that is the darker the more lines of the series fall into a bin. Shades are logarithmic and alike
/// in all strips: `highest` is the largest bin of all.
std::string draw_strip(const std::string& id, const error_series& series, const error_history& all,
                       std::uint32_t highest, const chart_marks& marks, bool with_axis);

std::uint32_t highest_bin(const error_history& all);

/// What the five shades mean, lightest first: "1", "2-3", ...; fewer where counts are small.
std::vector<std::string> shade_ranges(std::uint32_t highest);

}  // namespace stook::sre::report
