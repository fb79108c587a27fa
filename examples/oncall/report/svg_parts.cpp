#include <oncall/report/svg_parts.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <oncall/report/axis.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

/// Text near an edge must not leave the drawing.
const char* anchor_at(double at) { return at < 0.04 ? "start" : at > 0.96 ? "end" : "middle"; }

std::string label(const char* style, double at, int y, const std::string& text) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", style,
                     percent_of_width(at), y, anchor_at(at), escaped(text, 40));
}

}  // namespace

std::string percent_of_width(double at) {
  std::string text = fmt::format("{:.2f}", at * 100);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

std::string open_svg(const std::string& id, const std::string& title, const std::string& description,
                     const chart_rows& rows) {
  return fmt::format(
      "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{0}-t {0}-d\" width=\"100%\" height=\"{1}\">"
      "<title id=\"{0}-t\">{2}</title><desc id=\"{0}-d\">{3}</desc>",
      id, rows.height, escaped(title, 300), escaped(description, 1'000));
}

std::string window_bands(const chart_marks& marks, const time_span& span, const chart_rows& rows) {
  std::string out;
  for (const marked_window& w : marks.windows) {
    const double from = std::clamp(place(w.span.start, span), 0.0, 1.0);
    const double to = std::clamp(place(w.span.end, span), 0.0, 1.0);
    if (to <= from) continue;
    out += fmt::format("<rect class=\"win\" x=\"{}\" width=\"{}\" y=\"{}\" height=\"{}\"/>",
                       percent_of_width(from), percent_of_width(to - from), rows.top, rows.bottom - rows.top);
    out += label("wint", (from + to) / 2, rows.window_flags, w.label);
  }
  return out;
}

std::string event_lines(const chart_marks& marks, const time_span& span, const chart_rows& rows) {
  constexpr double too_near = 0.035;
  struct group {
    double from = 0, to = 0;
    std::string first, last;
  };
  std::vector<group> groups;
  std::string out;
  for (const marked_event& e : marks.events) {
    const double at = place(e.t, span);
    if (at < 0 || at > 1) continue;
    out += fmt::format("<line class=\"ev\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/>",
                       percent_of_width(at), rows.event_flags + 3, rows.bottom);
    if (!groups.empty() && at - groups.back().to < too_near) {
      groups.back().to = at;
      groups.back().last = e.mark;
    } else {
      groups.push_back({at, at, e.mark, e.mark});
    }
  }
  for (const group& g : groups) {
    out += label("evt", (g.from + g.to) / 2, rows.event_flags,
                 g.first == g.last ? g.first : g.first + "–" + g.last);
  }
  return out;
}

std::string time_axis(const time_span& span, const chart_rows& rows) {
  std::string out;
  for (const tick& t : time_ticks(span)) {
    out += fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/>",
                       percent_of_width(t.at), rows.top, rows.bottom);
    out += label("axt", t.at, rows.bottom + 15, t.text);
  }
  out += fmt::format("<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>", rows.bottom);
  return out;
}

}  // namespace stook::sre::report
