#include <oncall/report/metric_chart.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include <oncall/detect/robust.hpp>
#include <oncall/report/axis.hpp>
#include <oncall/report/downsample.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

constexpr int units_wide = 1'440;  // of the plot's own coordinates
constexpr int units_high = 400;
constexpr std::size_t line_columns = 720;
constexpr std::size_t baseline_columns = 120;  // it is smooth

struct extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool any() const { return low <= high; }
};

bool in_windows(timestamp t, const chart_marks& marks) {
  return std::ranges::any_of(marks.windows,
                             [&](const marked_window& w) { return t >= w.span.start && t < w.span.end; });
}

double quantile(std::vector<double>& values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + rank);
  return values[static_cast<std::size_t>(rank)];
}

/// What a metric's drawing rests on.
class plot {
 public:
  plot(const metric_line& line, const time_span& span, const chart_marks& marks)
      : line_(line), span_(span), marks_(marks) {
    split();
    unit_ = unit_of(line.name, all_.any() ? all_.high : 0);
    spread_ = spread_of_quiet();
    axis_ = make_axis_for_all();
  }

  value_unit unit() const { return unit_; }
  const value_axis& axis() const { return axis_; }
  const extent& all() const { return all_; }
  const extent& ill() const { return ill_; }

  std::string band() const {
    if (line_.baseline.empty() || spread_ <= 0) return {};
    std::string out;
    for (const auto& run : runs_of(line_.baseline, baseline_columns)) {
      std::vector<point> edge;
      for (const std::size_t i : run) edge.push_back(at(i, line_.baseline[i] + 3 * spread_));
      for (auto i = run.rbegin(); i != run.rend(); ++i) edge.push_back(at(*i, low_edge(line_.baseline[*i])));
      out += path_of(edge) + "z";
    }
    return fmt::format("<path class=\"range\" d=\"{}\"/>", out);
  }
  std::string baseline() const {
    if (line_.baseline.empty()) return {};
    return lines_of("base", line_.baseline, baseline_columns);
  }
  std::string values() const { return lines_of("line", line_.values, line_columns); }

  int off_the_chart() const {
    int out = 0;
    for (std::size_t i = 0; i < line_.values.size(); ++i) {
      const double v = line_.values[i];
      if (!std::isfinite(v) || line_.ts[i] < span_.start || line_.ts[i] >= span_.end) continue;
      out += v > axis_.high || v < axis_.low;
    }
    return out;
  }

 private:
  struct point {
    int x = 0, y = 0;
  };

  void split() {
    for (std::size_t i = 0; i < line_.values.size(); ++i) {
      const double v = line_.values[i];
      if (!std::isfinite(v) || line_.ts[i] < span_.start || line_.ts[i] >= span_.end) continue;
      all_.add(v);
      if (in_windows(line_.ts[i], marks_)) {
        ill_.add(v);
        ill_values_.push_back(v);
      } else {
        quiet_values_.push_back(v);
      }
    }
  }

  double spread_of_quiet() const {
    if (line_.baseline.empty()) return 0;
    std::vector<double> off;
    for (std::size_t i = 0; i < line_.values.size(); ++i) {
      const double d = line_.values[i] - line_.baseline[i];
      if (std::isfinite(d) && !in_windows(line_.ts[i], marks_)) off.push_back(d);
    }
    return off.empty() ? 0 : robust::scale_about_zero(off);
  }

  /// What does not go below zero has no usual range below zero.
  double low_edge(double baseline) const {
    const double low = baseline - 3 * spread_;
    return all_.low >= 0 ? std::max(low, 0.0) : low;
  }

  value_axis make_axis_for_all() {
    extent kept;
    for (auto* part : {&quiet_values_, &ill_values_}) {
      if (part->empty()) continue;
      const double low = quantile(*part, 0.005), high = quantile(*part, 0.995);
      const double room = 0.35 * (high - low) + 3 * spread_;
      extent of_part;
      for (const double v : *part) of_part.add(v);
      kept.add(std::max(of_part.low, low - room));
      kept.add(std::min(of_part.high, high + room));
    }
    for (std::size_t i = 0; i < line_.baseline.size(); ++i) {
      if (line_.ts[i] < span_.start || line_.ts[i] >= span_.end) continue;
      kept.add(line_.baseline[i] + 3 * spread_);
      kept.add(low_edge(line_.baseline[i]));
    }
    return make_axis(kept.low, kept.high, unit_);
  }

  std::vector<std::vector<std::size_t>> runs_of(std::span<const double> values, std::size_t columns) const {
    return samples_to_draw(line_.ts, values, span_, columns, line_.step * 5 / 2);
  }

  point at(std::size_t i, double value) const {
    // A wild value is cut by the drawing's edge; its coordinate stays an integer that fits.
    const double up = std::clamp(axis_.place(value), -3.0, 4.0);
    return {static_cast<int>(std::lround(place(line_.ts[i], span_) * units_wide)),
            static_cast<int>(std::lround((1 - up) * units_high))};
  }

  static std::string path_of(const std::vector<point>& points) {
    std::string out;
    point last;
    for (const point& p : points) {
      if (out.empty()) {
        fmt::format_to(std::back_inserter(out), "M{} {}", p.x, p.y);
        if (points.size() == 1)
          out += "h1";  // a dot
        else
          out += 'l';
      } else {
        if (!out.ends_with('l') && p.x - last.x >= 0) out += ' ';
        const int up = p.y - last.y;
        fmt::format_to(std::back_inserter(out), "{}{}{}", p.x - last.x, up < 0 ? "" : " ", up);
      }
      last = p;
    }
    return out;
  }

  std::string lines_of(const char* style, std::span<const double> values, std::size_t columns) const {
    std::string out;
    for (const auto& run : runs_of(values, columns)) {
      std::vector<point> points;
      for (const std::size_t i : run) points.push_back(at(i, values[i]));
      out += path_of(points);
    }
    return fmt::format("<path class=\"{}\" d=\"{}\"/>", style, out);
  }

  const metric_line& line_;
  const time_span& span_;
  const chart_marks& marks_;
  extent all_{}, ill_{};
  std::vector<double> quiet_values_{}, ill_values_{};
  value_unit unit_{};
  double spread_ = 0;
  value_axis axis_{};
};

std::string description(const metric_line& line, const plot& p, const time_span& span,
                        const chart_marks& marks) {
  if (!p.all().any()) return "No values.";
  std::string out = fmt::format("{} UTC. Between {} and {}.", span_text(span.start, span.end),
                                value_text(p.all().low, p.unit()), value_text(p.all().high, p.unit()));
  for (const marked_window& w : marks.windows) {
    extent inside;
    double baseline = 0;
    int n = 0;
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      if (line.ts[i] < w.span.start || line.ts[i] >= w.span.end) continue;
      inside.add(line.values[i]);
      if (line.baseline.empty()) continue;
      baseline += line.baseline[i];
      ++n;
    }
    if (!inside.any()) continue;
    out += fmt::format(" In {}, {}: between {} and {}", w.label, span_text(w.span.start, w.span.end),
                       value_text(inside.low, p.unit()), value_text(inside.high, p.unit()));
    if (n > 0) out += fmt::format(", the baseline is {}", value_text(baseline / n, p.unit()));
    out += '.';
  }
  return out;
}

}  // namespace

metric_chart draw_metric(const std::string& id, const metric_line& line, const time_span& span,
                         const chart_marks& marks) {
  const chart_rows rows;
  const plot p(line, span, marks);
  metric_chart out{open_svg(id, fmt::format("{} over time", shown(line.name, 100)),
                            description(line, p, span, marks), rows)};
  out.svg += time_axis(span, rows) + window_bands(marks, span, rows);
  const int inner = rows.bottom - rows.top;
  const auto y_of = [&](const tick& t) { return rows.bottom - t.at * inner; };
  for (const tick& t : p.axis().ticks) {
    out.svg +=
        fmt::format("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>", y_of(t));
  }
  out.svg += fmt::format(
      "<svg x=\"0\" y=\"{}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">"
      "{}{}{}</svg>",
      rows.top, inner, units_wide, units_high, p.band(), p.values(), p.baseline());
  out.svg += event_lines(marks, span, rows);
  for (const tick& t : p.axis().ticks) {
    out.svg += fmt::format("<text class=\"val\" x=\"-6\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                           y_of(t) + 4, escaped(t.text, 40));
  }
  out.svg += "</svg>";
  if (const int off = p.off_the_chart(); off > 0) {
    out.note = fmt::format("{} beyond the chart's range: between {} and {} in all.",
                           count_text(off, "sample is", "samples are"), value_text(p.all().low, p.unit()),
                           value_text(p.all().high, p.unit()));
  }
  return out;
}

}  // namespace stook::sre::report
