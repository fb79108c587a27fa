#pragma once

#include <string>
#include <vector>

#include <oncall/postmortem/impact.hpp>
#include <stook/core/time.hpp>

namespace stook::sre::report {

struct tick {
  double at = 0;  ///< 0 to 1 along the axis
  std::string text;
};

/// At most `most` + 1 ticks at round UTC times in the span: "14:00", or "15 Jan" where they are days apart.
/// None in an empty span.
std::vector<tick> time_ticks(const time_span& span, int most = 6);

/// How the values of a metric are written.
enum class value_unit { plain, percent, milliseconds, seconds, bytes };

/// By the metric's name and its values: a rate or ratio of which none is above 1 is shown in percent.
value_unit unit_of(std::string_view metric, double highest);

/// A value for people, three significant digits: "4.94 %", "512 ms", "1.25 k".
std::string value_text(double value, value_unit unit);

/// What the vertical axis covers, and its ticks at round values.
struct value_axis {
  double low = 0;
  double high = 1;
  std::vector<tick> ticks{};

  double place(double value) const { return (value - low) / (high - low); }
};

/// Covers [low, high] and a little more; begins at zero where zero is not far. Any finite pair will do.
value_axis make_axis(double low, double high, value_unit unit);

/// Where an instant stands in a span: 0 at its start, 1 at its end; outside of it below 0 or above 1.
double place(timestamp t, const time_span& span);

}  // namespace stook::sre::report
