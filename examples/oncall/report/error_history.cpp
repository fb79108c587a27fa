#include <oncall/report/error_history.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include <oncall/logs/poisson.hpp>
#include <oncall/logs/scan_rows.hpp>
#include <oncall/report/axis.hpp>
#include <oncall/report/words.hpp>

namespace stook::sre::report {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr std::int64_t most_bins = 144;
constexpr int shades = 5;

microseconds bin_for(const time_span& span) {
  static constexpr std::array<std::chrono::seconds, 13> steps{
      10s, 30s, 60s, 120s, 300s, 600s, 900s, 1800s, 3600s, 7200s, 10800s, 21600s, 43200s};
  for (const auto step : steps) {
    if ((span.end - span.start) / microseconds(step) < most_bins) return step;
  }
  return (span.end - span.start) / most_bins + microseconds(1);
}

int shade_of(std::uint32_t count, std::uint32_t highest) {
  if (count == 0) return 0;
  const double share = std::log1p(count) / std::log1p(std::max(highest, 1U));
  return std::clamp(static_cast<int>(std::ceil(share * shades)), 1, shades);
}

/// Counts the lines of one table, once over.
class counter {
 public:
  counter(const log_table& logs, const time_span& span, std::span<const marked_window> windows)
      : logs_(logs), windows_(windows) {
    out_.span = span;
    out_.bin = bin_for(span);
    errors_ = find_error_rows(logs, miner_);
    tallies_.resize(errors_.signals.size());
  }

  error_history run(std::size_t most) {
    for (const error_row& e : errors_.rows) add(e);
    const double ratio = windows_to_quiet();
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      if (tallies_[i].series.total == 0) continue;
      finish(i, ratio);
      order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) {
      const error_series& s = tallies_[i].series;
      return std::tuple{-s.lift, -s.total, s.service, s.kind, s.message};
    });
    for (const std::size_t i : order) {
      if (out_.shown.size() < most) {
        out_.shown.push_back(std::move(tallies_[i].series));
      } else {
        ++out_.hidden_series;
        out_.hidden_lines += tallies_[i].series.total;
      }
    }
    return std::move(out_);
  }

 private:
  struct tally {
    error_series series{};
    std::map<std::uint32_t, std::int64_t> templates{};
  };

  void add(const error_row& e) {
    const timestamp t = logs_.ts[e.row];
    if (t < out_.span.start || t >= out_.span.end) return;
    tally& to = tallies_[e.signal];
    if (to.series.bins.empty()) {
      to.series.bins.assign(
          static_cast<std::size_t>((out_.span.end - out_.span.start - microseconds(1)) / out_.bin + 1), 0);
    }
    ++to.series.bins[static_cast<std::size_t>((t - out_.span.start) / out_.bin)];
    ++to.series.total;
    ++to.templates[e.template_id];
    ++out_.lines;
    const bool inside = std::ranges::any_of(
        windows_, [&](const marked_window& w) { return t >= w.span.start && t < w.span.end; });
    if (inside) ++to.series.in_windows;
  }

  double windows_to_quiet() const {
    double ill = 0;
    for (const marked_window& w : windows_) {
      ill += std::chrono::duration<double>(w.span.end - w.span.start).count();
    }
    const double quiet = std::chrono::duration<double>(out_.span.end - out_.span.start).count() - ill;
    return quiet > 0 ? ill / quiet : 0;
  }

  void finish(std::size_t i, double ratio) {
    const signal_key& key = errors_.signals[i];
    error_series& s = tallies_[i].series;
    s.service = shown(logs_.service.name(key.service), 64);
    if (!key.from_message) s.kind = shown(logs_.error_kind.name(key.kind), 64);
    const auto commonest = std::ranges::max_element(tallies_[i].templates, {}, [](const auto& t) {
      return std::pair{t.second, -std::int64_t{t.first}};
    });
    if (const auto known = miner_.find(commonest->first)) s.message = shown(known->typed_text, 160);
    s.usual = static_cast<double>(s.total - s.in_windows) * ratio;
    if (!windows_.empty()) s.lift = poisson_lift(static_cast<double>(s.in_windows), s.usual);
  }

  const log_table& logs_;
  std::span<const marked_window> windows_;
  template_miner miner_;
  error_rows errors_;
  std::vector<tally> tallies_;
  error_history out_;
};

}  // namespace

error_history count_errors(const log_table& logs, const time_span& span,
                           std::span<const marked_window> windows, std::size_t most) {
  if (span.end <= span.start) return {};
  return counter(logs, span, windows).run(most);
}

std::uint32_t highest_bin(const error_history& all) {
  std::uint32_t out = 0;
  for (const error_series& s : all.shown) {
    for (const std::uint32_t n : s.bins) out = std::max(out, n);
  }
  return out;
}

std::vector<std::string> shade_ranges(std::uint32_t highest) {
  std::vector<std::string> out;
  std::uint32_t from = 1;
  for (int shade = 1; shade <= shades && from <= highest; ++shade) {
    // The last count of the shade, by the inverse of shade_of; corrected where rounding is off by one.
    auto to = static_cast<std::uint32_t>(std::expm1(shade * std::log1p(highest) / shades));
    while (to + 1 <= highest && shade_of(to + 1, highest) <= shade) ++to;
    while (to >= from && shade_of(to, highest) > shade) --to;
    if (to < from) {
      out.emplace_back();  // no whole number has it
      continue;
    }
    out.push_back(to == from ? fmt::format("{}", from) : fmt::format("{}–{}", from, to));
    from = to + 1;
  }
  return out;
}

std::string draw_strip(const std::string& id, const error_series& series, const error_history& all,
                       std::uint32_t highest, const chart_marks& marks, bool with_axis) {
  const chart_rows rows{
      .event_flags = 0, .window_flags = 0, .top = 1, .bottom = 25, .height = with_axis ? 44 : 26};
  const std::string name = series.kind.empty() ? series.message : series.kind;
  std::string out =
      open_svg(id, fmt::format("{} {} over time", series.service, name),
               fmt::format("{} in all, at most {} in a bin.", count_text(series.total, "line", "lines"),
                           *std::ranges::max_element(series.bins)),
               rows);
  std::array<std::string, shades + 1> paths;
  for (std::size_t i = 0; i < series.bins.size();) {
    const int shade = shade_of(series.bins[i], highest);
    std::size_t end = i + 1;
    while (end < series.bins.size() && shade_of(series.bins[end], highest) == shade) ++end;
    if (shade > 0)
      paths[static_cast<std::size_t>(shade)] += fmt::format("M{} 0h{}v1h-{}z", i, end - i, end - i);
    i = end;
  }
  // The last bin may reach beyond the span, whose end is the end of the drawing.
  const double bins = std::chrono::duration<double>(all.span.end - all.span.start) / all.bin;
  out += fmt::format("<rect class=\"strip\" x=\"0\" y=\"{}\" width=\"100%\" height=\"{}\"/>", rows.top,
                     rows.bottom - rows.top);
  if (with_axis) out += time_axis(all.span, rows);
  out += fmt::format(
      "<svg x=\"0\" y=\"{}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {:.3f} 1\" "
      "preserveAspectRatio=\"none\">",
      rows.top, rows.bottom - rows.top, bins);
  for (int shade = 1; shade <= shades; ++shade) {
    const std::string& path = paths[static_cast<std::size_t>(shade)];
    if (!path.empty()) out += fmt::format("<path class=\"h{}\" d=\"{}\"/>", shade, path);
  }
  out += "</svg>";
  for (const marked_window& w : marks.windows) {
    const double from = std::clamp(place(w.span.start, all.span), 0.0, 1.0);
    const double to = std::clamp(place(w.span.end, all.span), 0.0, 1.0);
    if (to <= from) continue;
    out += fmt::format("<rect class=\"frame\" x=\"{}\" width=\"{}\" y=\"{}\" height=\"{}\"/>",
                       percent_of_width(from), percent_of_width(to - from), rows.top, rows.bottom - rows.top);
  }
  for (const marked_event& e : marks.events) {
    const double at = place(e.t, all.span);
    if (at < 0 || at > 1) continue;
    out += fmt::format("<line class=\"ev\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\"/>",
                       percent_of_width(at), rows.top, rows.bottom);
  }
  return out + "</svg>";
}

}  // namespace stook::sre::report
