#include <oncall/tools/window_report.hpp>

#include <cmath>

#include <fmt/format.h>

namespace stook::sre {
namespace {

std::int64_t whole_seconds(std::chrono::microseconds duration) {
  return std::chrono::round<std::chrono::seconds>(duration).count();
}

// Six significant digits: what a person or a model can use, and the same bytes on every machine.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, 5 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

// "2026-01-15 14:52", with seconds where there are some.
std::string day_and_time(timestamp t) {
  std::string text = to_string(t).substr(0, 19);
  text[10] = ' ';
  if (text.ends_with(":00")) text.resize(16);
  return text;
}

}  // namespace

window_report report_window(const incident_window& window) {
  window_report out{.start = window.start,
                    .end = {},
                    .state = window.end ? "resolved" : "ongoing",
                    .start_uncertainty_s = whole_seconds(window.start_uncertainty),
                    .end_uncertainty_s = whole_seconds(window.end_uncertainty),
                    .starts_before_data = window.starts_before_data,
                    .leading_metric = window.leading_metric,
                    .score = rounded(window.score),
                    .missing_fraction = rounded(window.missing_fraction)};
  if (window.end) out.end = *window.end;
  for (const metric_effect& e : window.effects) {
    out.metrics.push_back({.metric = e.metric,
                           .normal = rounded(e.baseline_mean),
                           .mean = rounded(e.window_mean),
                           .worst = rounded(e.peak),
                           .worst_at = e.peak_at,
                           .deviation = rounded(e.mean_z)});
  }
  return out;
}

std::string duration_text(std::chrono::microseconds duration) {
  const std::int64_t seconds = whole_seconds(duration);
  if (seconds < 120) return fmt::format("{} s", seconds);
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes % 60 == 0) return fmt::format("{} h", minutes / 60);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string window_text(timestamp start, const window_end& end) {
  const std::string from = day_and_time(start);
  const auto* until = std::get_if<timestamp>(&end);
  if (!until) return fmt::format("since {} UTC (ongoing)", from);
  std::string to = day_and_time(*until);
  if (to.substr(0, 10) == from.substr(0, 10)) to = to.substr(11);
  return fmt::format("{} to {} UTC ({})", from, to, duration_text(*until - start));
}

}  // namespace stook::sre
