#pragma once

#include <chrono>
#include <span>
#include <string>

#include <oncall/report/svg_parts.hpp>

namespace stook::sre::report {

/// One metric to draw. `baseline` is as long as `values`, or empty where the detector has none.
struct metric_line {
  std::string_view name;
  std::span<const timestamp> ts;
  std::span<const double> values;
  std::span<const double> baseline{};
  std::chrono::microseconds step{0};  ///< usual distance of the samples
};

/// A drawing, and what is said below it.
struct metric_chart {
  std::string svg;
  std::string note{};  ///< samples off the chart; usually empty
};

/// The metric over the span: its line, its baseline with the usual range (three robust standard deviations to
/// each side, from the samples outside of the windows), windows and events. Single wild samples outside of
/// the windows do not stretch the chart: they leave it at its edge and are counted in the note. `id` is
/// unique in the page.
metric_chart draw_metric(const std::string& id, const metric_line& line, const time_span& span,
                         const chart_marks& marks);

}  // namespace stook::sre::report
