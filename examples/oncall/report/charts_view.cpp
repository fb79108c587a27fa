#include <oncall/report/charts_view.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <oncall/causes/wording.hpp>
#include <oncall/report/axis.hpp>
#include <oncall/report/error_history.hpp>
#include <oncall/report/incident_view.hpp>
#include <oncall/report/metric_chart.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_charts = 12;
constexpr std::size_t most_zoomed = 4;
constexpr std::size_t most_events = 26;  // one letter each
constexpr std::uint32_t calm_bin = 12;   // lines; where no cell has more, none is of the darkest shade
constexpr int zoom_pays = 6;             // times that the day is longer than what is zoomed to

}  // namespace

day_charts::day_charts(const report_inputs& from) : from_(from) {
  if (from_.metrics && !from_.metrics->ts.empty()) detected_ = detect_windows(*from_.metrics);
  find_span();
  mark_windows();
  mark_events();
  order_metrics();
}

void day_charts::find_span() {
  if (detected_) {
    const auto& ts = from_.metrics->ts;
    span_ = {ts.front(), ts.back() + std::max<timestamp::duration>(detected_->step, 1s)};
  } else if (from_.logs && from_.logs->size() > 0) {
    span_ = {from_.logs->ts.front(), from_.logs->ts.back() + timestamp::duration(1s)};
  }
}

void day_charts::mark_windows() {
  for (std::size_t n = 1; n <= from_.document.incidents.size(); ++n) {
    marks_.windows.push_back({span_of(from_.document.incidents[n - 1], span_.end), name_of_incident(n)});
  }
}

void day_charts::mark_events() {
  if (!from_.events) return;
  for (const change_event& e : *from_.events) {
    if (e.ts >= span_.start && e.ts <= span_.end) events_.push_back(&e);
  }
  std::ranges::stable_sort(events_, {}, &change_event::ts);
  if (events_.size() > most_events) {
    // Those near an incident tell the most.
    const auto distance = [&](const change_event* e) {
      auto out = timestamp::duration::max();
      for (const marked_window& w : marks_.windows) {
        out = std::min(out, e->ts < w.span.start ? w.span.start - e->ts
                            : e->ts > w.span.end ? e->ts - w.span.end
                                                 : timestamp::duration(0));
      }
      return out;
    };
    events_left_out_ = events_.size() - most_events;
    std::ranges::stable_sort(events_, {}, distance);
    events_.resize(most_events);
    std::ranges::stable_sort(events_, {}, &change_event::ts);
  }
  for (std::size_t i = 0; i < events_.size(); ++i)
    marks_.events.push_back({events_[i]->ts, std::string(1, static_cast<char>('A' + i))});
}

std::string day_charts::mark_at(timestamp t) const {
  for (const marked_event& e : marks_.events) {
    if (e.t == t) return e.mark;
  }
  return {};
}

void day_charts::order_metrics() {
  if (!detected_) return;
  for (const metric_series& s : from_.metrics->series) {
    drawn_metric m{.series = &s};
    for (const metric_trace& t : detected_->traces) {
      if (t.metric == s.name) m.trace = &t;
    }
    for (const incident_window& w : detected_->windows) {
      for (const metric_effect& e : w.effects) {
        if (e.metric == s.name) m.deviation = std::max(m.deviation, e.mean_z);
      }
    }
    metrics_.push_back(m);
  }
  // Those that an incident did not move stay in the table's order.
  std::ranges::stable_sort(metrics_, std::greater{},
                           [](const drawn_metric& m) { return m.deviation >= 1 ? m.deviation : 0; });
}

/// "6.28 % usual, 49.4 % on average and 7.42 % at worst in I1".
std::string day_charts::gist(const drawn_metric& metric, const time_span& span) const {
  const auto& values = metric.series->values;
  std::vector<double> all;
  for (const double v : values) {
    if (std::isfinite(v)) all.push_back(v);
  }
  if (all.empty()) return "no values";
  const value_unit unit = unit_of(metric.series->name, *std::ranges::max_element(all));
  std::string out;
  for (std::size_t n = 0; detected_ && n < marks_.windows.size(); ++n) {
    const marked_window& mark = marks_.windows[n];
    if (mark.span.start >= span.end || mark.span.end <= span.start) continue;
    for (const incident_window& w : detected_->windows) {
      if (w.start != mark.span.start) continue;
      for (const metric_effect& e : w.effects) {
        if (e.metric != metric.series->name || e.samples == 0) continue;
        out += fmt::format("{}{}: {} on average, {} at worst; {} is usual", out.empty() ? "" : " · ",
                           mark.label, value_text(e.window_mean, unit), value_text(e.peak, unit),
                           value_text(e.baseline_mean, unit));
      }
    }
  }
  if (!out.empty()) return out;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::ranges::nth_element(all, middle);
  return fmt::format("median {}", value_text(*middle, unit));
}

view day_charts::chart(const std::string& id, const drawn_metric& metric, const time_span& span) const {
  const metric_line line{
      .name = metric.series->name,
      .ts = from_.metrics->ts,
      .values = metric.series->values,
      .baseline = metric.trace ? std::span<const double>(metric.trace->baseline) : std::span<const double>(),
      .step = detected_->step};
  metric_chart drawn = draw_metric(id, line, span, marks_);
  view v(view::type::object);
  put(v, "chart_name", shown(metric.series->name, 100));
  put(v, "chart_gist", gist(metric, span));
  put(v, "chart_svg", std::move(drawn.svg));
  put(v, "chart_note", std::move(drawn.note));
  return v;
}

void day_charts::put_metrics(view& page) const {
  views charts, events;
  std::vector<std::string> left_out;
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    if (i < most_charts) {
      charts.push_back(chart(fmt::format("chart-{}", i + 1), metrics_[i], span_));
    } else if (left_out.size() < 20) {
      left_out.push_back(shown(metrics_[i].series->name, 60));
    }
  }
  if (metrics_.size() > most_charts + left_out.size())
    left_out.push_back(fmt::format("{} more", metrics_.size() - most_charts - left_out.size()));
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const change_event& e = *events_[i];
    view v(view::type::object);
    put(v, "event_mark", marks_.events[i].mark);
    put(v, "event_iso", to_string(e.ts));
    put(v, "event_when",
        day_text(span_.start) == day_text(span_.end) || span_.end - span_.start <= 24h ? clock_text(e.ts)
                                                                                       : instant_text(e.ts));
    put(v, "event_what",
        shown(
            fmt::format("{}{}{}", words_of(e.kind.empty() ? "change" : e.kind),
                        e.service.empty() ? "" : " of " + e.service, e.detail.empty() ? "" : ": " + e.detail),
            300));
    events.push_back(std::move(v));
  }
  put_flag(page, "has_charts", !charts.empty());
  put_list(page, "charts", std::move(charts));
  put(page, "charts_left_out", fmt::format("{}", fmt::join(left_out, ", ")));
  put_flag(page, "has_events", !events.empty());
  put_list(page, "events", std::move(events));
  put(page, "events_left_out",
      events_left_out_ == 0
          ? ""
          : count_text(static_cast<std::int64_t>(events_left_out_), "change is", "changes are") +
                " not shown: far from every incident.");
}

void day_charts::put_errors(view& page) const {
  const bool has_logs = from_.logs && from_.logs->size() > 0;
  const error_history history = has_logs ? count_errors(*from_.logs, span_, marks_.windows) : error_history{};
  const std::uint32_t highest = std::max(highest_bin(history), calm_bin);
  views strips, shades;
  for (std::size_t i = 0; i < history.shown.size(); ++i) {
    const error_series& s = history.shown[i];
    view v(view::type::object);
    put(v, "strip_service", s.service.empty() ? "no service" : s.service);
    put(v, "strip_kind", s.kind);
    put(v, "strip_message", s.message);
    put(v, "strip_svg",
        draw_strip(fmt::format("strip-{}", i + 1), s, history, highest, marks_,
                   i + 1 == history.shown.size()));
    put(v, "strip_count",
        marks_.windows.empty()
            ? count_text(s.total, "line", "lines")
            : fmt::format("{} in {}; {}", s.in_windows, marks_.windows.size() == 1 ? "I1" : "incidents",
                          usual_text(s.usual)));
    strips.push_back(std::move(v));
  }
  const std::vector<std::string> ranges = shade_ranges(highest);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].empty()) continue;
    view v(view::type::object);
    put(v, "shade_n", std::to_string(i + 1));
    put(v, "shade_range", ranges[i]);
    shades.push_back(std::move(v));
  }
  put(page, "strips_about",
      fmt::format(
          "Lines of level WARN and above or with an error kind, a cell for each {}; {}.",
          length_text(history.bin),
          marks_.windows.empty() ? "the most frequent first" : "what rose most with the incident first"));
  put_flag(page, "has_strips", !strips.empty());
  put_list(page, "strips", std::move(strips));
  put_list(page, "shades", std::move(shades));
  put(page, "strips_left_out",
      history.hidden_series == 0 ? ""
                                 : fmt::format("{} not shown, with {} in all.",
                                               count_text(history.hidden_series, "kind is", "more kinds are"),
                                               count_text(history.hidden_lines, "line", "lines")));
  put(page, "strips_none", has_logs ? "The logs hold no errors." : "There are no logs among the inputs.");
}

void day_charts::put_zoom(view& incident, std::size_t number) const {
  views charts;
  const time_span& window = marks_.windows[number - 1].span;
  const auto room = std::max<timestamp::duration>(window.end - window.start, 30min);
  const time_span near{std::max(span_.start, window.start - room), std::min(span_.end, window.end + room)};
  if (detected_ && (near.end - near.start) * zoom_pays < span_.end - span_.start) {
    for (std::size_t i = 0; i < std::min(metrics_.size(), most_zoomed); ++i) {
      charts.push_back(chart(fmt::format("zoom-{}-{}", number, i + 1), metrics_[i], near));
    }
  }
  put_flag(incident, "has_zoom", !charts.empty());
  put_list(incident, "zoom", std::move(charts));
}

}  // namespace stook::sre::report
