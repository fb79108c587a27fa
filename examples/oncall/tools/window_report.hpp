#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <oncall/detect/detector.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>
#include <stook/core/type_layout.hpp>

namespace stook::sre {

/// What one metric did in a window, as models and programs read it.
struct metric_report {
  std::string metric;
  double normal = 0;
  double mean = 0;
  double worst = 0;
  timestamp worst_at{};
  double deviation = 0;
};
STOOK_DESCRIBE(metric_report, (metric), (normal, "What it would have been on a normal day"),
               (mean, "Mean in the window"), (worst, "Its worst value in the window"), (worst_at),
               (deviation, "Mean distance from normal in standard deviations; positive is bad"))

/// The instant at which a window ends; written as null while it goes on.
using window_end = std::variant<std::monostate, timestamp>;

/// One incident window, as models and programs read it.
struct window_report {
  timestamp start{};
  window_end end{};
  std::string state;
  std::int64_t start_uncertainty_s = 0;
  std::int64_t end_uncertainty_s = 0;
  bool starts_before_data = false;
  std::string leading_metric;
  double score = 0;
  double missing_fraction = 0;
  std::vector<metric_report> metrics{};
};
STOOK_DESCRIBE(window_report, (start, "First bad sample, UTC"),
               (end, "First good sample after it; null while the incident goes on"),
               (state, "resolved or ongoing"), (start_uncertainty_s), (end_uncertainty_s),
               (starts_before_data, "Bad from the first sample on: the true start is unknown"),
               (leading_metric, "The first metric to move"), (score, "Strength in standard deviations"),
               (missing_fraction, "Share of the samples that is missing"), (metrics))

window_report report_window(const incident_window& window);

/// "2026-01-15 14:52 to 17:16 UTC (2 h 24 min)", or "since ... (ongoing)".
std::string window_text(timestamp start, const window_end& end);
/// "2 h 24 min", "45 s".
std::string duration_text(std::chrono::microseconds duration);

}  // namespace stook::sre

// Its table is big: instantiated once, in report_tables.cpp, not in every
// program.
namespace stook::detail {
extern template const type_desc& type_of<sre::window_report>();
}  // namespace stook::detail
