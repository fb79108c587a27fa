#include <oncall/report/axis.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <oncall/detect/direction.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

const std::string no_break = "\u00A0";  // a number and its unit stay on one line

microseconds tick_step(microseconds length, int most) {
  static constexpr std::array<std::chrono::seconds, 20> steps{
      1s,    5s,    10s,    30s,    60s,    120s,   300s,    600s,    900s,    1800s,
      3600s, 7200s, 10800s, 21600s, 43200s, 86400s, 172800s, 432000s, 864000s, 2592000s};
  for (const auto step : steps) {
    if (length / microseconds(step) <= most) return step;
  }
  return length;
}

std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size >= 100 || value == std::round(value)) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  if (size >= 0.01) return fmt::format("{:.3g}", value);
  return fmt::format("{:.2g}", value);
}

std::string scaled(double value, double base, const char* const (&prefixes)[5]) {
  std::size_t i = 0;
  for (; std::abs(value) >= base && i < 4; ++i) value /= base;
  return *prefixes[i] ? three_digits(value) + no_break + prefixes[i] : three_digits(value);
}

double nice_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

}  // namespace

double place(timestamp t, const time_span& span) {
  const double length = static_cast<double>((span.end - span.start).count());
  return length > 0 ? static_cast<double>((t - span.start).count()) / length : 0;
}

std::vector<tick> time_ticks(const time_span& span, int most) {
  std::vector<tick> out;
  if (span.end <= span.start) return out;
  const microseconds step = tick_step(span.end - span.start, most);
  const auto since_epoch = span.start - timestamp{};
  timestamp at = timestamp{} + std::chrono::floor<microseconds>(since_epoch / step * step);
  if (at < span.start) at = at + step;
  for (; at <= span.end; at = at + step) {
    std::string text = step >= 24h ? day_text(at) : clock_text(at);
    if (step >= 24h) text.resize(text.size() - 5);  // the year
    out.push_back({place(at, span), std::move(text)});
  }
  return out;
}

value_unit unit_of(std::string_view metric, double highest) {
  if (metric.ends_with("_ms")) return value_unit::milliseconds;
  if (metric.ends_with("_seconds") || metric.ends_with("_s")) return value_unit::seconds;
  if (metric.ends_with("_bytes")) return value_unit::bytes;
  const metric_role role = infer_sense(metric).role;
  const bool share = role == metric_role::errors || role == metric_role::availability ||
                     metric.ends_with("ratio") || metric.ends_with("rate");
  return share && highest <= 1 ? value_unit::percent : value_unit::plain;
}

std::string value_text(double value, value_unit unit) {
  static constexpr const char* thousand[5] = {"", "k", "M", "G", "T"};
  static constexpr const char* binary[5] = {"B", "KiB", "MiB", "GiB", "TiB"};
  if (!std::isfinite(value)) return "no value";
  switch (unit) {
    case value_unit::percent:
      return three_digits(value * 100) + no_break + "%";
    case value_unit::milliseconds:
      return std::abs(value) >= 10'000 ? three_digits(value / 1000) + no_break + "s"
                                       : three_digits(value) + no_break + "ms";
    case value_unit::seconds:
      return three_digits(value) + no_break + "s";
    case value_unit::bytes:
      return scaled(value, 1024, binary);
    case value_unit::plain:
      break;
  }
  return std::abs(value) < 10'000 ? three_digits(value) : scaled(value, 1000, thousand);
}

value_axis make_axis(double low, double high, value_unit unit) {
  value_axis out;
  if (!std::isfinite(low) || !std::isfinite(high)) low = 0, high = 1;
  constexpr double most = 1e300;  // differences stay finite
  low = std::clamp(low, -most, most);
  high = std::clamp(high, -most, most);
  if (low > 0 && low < 0.6 * high) low = 0;
  if (high <= low) {
    const double room = std::max(std::abs(low) * 0.1, 1e-9);
    low -= low == 0 ? 0 : room;
    high = high == 0 && low == 0 ? 1 : high + room;
  }
  const double step = nice_step((high - low) / 4);
  out.low = low == 0 ? 0 : std::floor(low / step * 2) * step / 2;
  out.high = high + 0.06 * (high - low);
  for (double at = std::ceil(out.low / step) * step; at <= out.high && out.ticks.size() < 8; at += step) {
    const double exact = std::abs(at) < step * 1e-6 ? 0 : at;
    out.ticks.push_back({out.place(exact), value_text(exact, unit)});
  }
  return out;
}

}  // namespace stook::sre::report
