#pragma once

#include <string>
#include <vector>

#include <oncall/postmortem/impact.hpp>
#include <stook/core/time.hpp>

/// What the drawings of a report share. A drawing is as wide as the page lets it be: places along the time
/// axis are percentages and sizes of text are pixels, so text stays readable on a phone. Styles are in
/// page.css.
namespace stook::sre::report {

struct marked_window {
  time_span span;
  std::string label;  ///< "I1"
};

struct marked_event {
  timestamp t{};
  std::string mark;  ///< "A"
};

/// What every drawing shows beside its own data.
struct chart_marks {
  std::vector<marked_window> windows{};
  std::vector<marked_event> events{};
};

/// Where things stand in a drawing, in pixels from its top.
struct chart_rows {
  int event_flags = 10;   ///< baseline of the events' labels
  int window_flags = 23;  ///< and of the windows'
  int top = 28;
  int bottom = 158;
  int height = 178;
};

/// "62.5%".
std::string percent_of_width(double at);

/// Opens the drawing with its name and description for those who cannot see it.
std::string open_svg(const std::string& id, const std::string& title, const std::string& description,
                     const chart_rows& rows);

/// Bands for the windows with their labels, as far as they lie in the span.
std::string window_bands(const chart_marks& marks, const time_span& span, const chart_rows& rows);

/// Lines for the events. Labels too near to one another are joined: "A-C".
std::string event_lines(const chart_marks& marks, const time_span& span, const chart_rows& rows);

/// The time axis: ticks through the drawing and their labels below.
std::string time_axis(const time_span& span, const chart_rows& rows);

}  // namespace stook::sre::report
