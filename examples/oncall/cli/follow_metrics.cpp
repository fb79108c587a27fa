#include <oncall/cli/follow_metrics.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <oncall/cli/inputs.hpp>
#include <oncall/data/cells.hpp>
#include <oncall/data/csv_reader.hpp>
#include <oncall/data/row_order.hpp>
#include <oncall/detect/streaming.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>

namespace stook::sre::cli {

struct change_report {
  std::string change;
  timestamp at{};
  window_report window{};
};
STOOK_DESCRIBE(change_report, (change, "opened or closed"), (at, "The sample that showed it"), (window))

namespace {

constexpr double least_shown_deviation = 1;

std::string line_of(const window_change& change, stream& to) {
  const window_report w = report_window(change.window);
  std::string out =
      fmt::format("{} {} {}", to_string(change.at),
                  change.opened ? to.paint(style::red, "opened") : to.paint(style::green, "closed"),
                  to.paint(style::bold, window_text(w.start, w.end)));
  const char* between = ": ";
  for (const metric_report& m : w.metrics) {
    if (m.deviation < least_shown_deviation) continue;
    out += fmt::format("{}{} {:.4g} -> {:.4g} ({:+.1f})", std::exchange(between, ", "), printable(m.metric),
                       m.normal, m.mean, m.deviation);
  }
  return out;
}

/// The rows of a CSV file as samples of a detector.
class follower {
 public:
  explicit follower(const std::filesystem::path& metrics)
      : reader_(metrics, report_), ts_(reader_.required_column("ts")), live_(names()) {}

  const input_report& report() const { return report_; }
  bool has_open() const { return live_.open().has_value(); }

  /// What the next row shows; nothing at the end.
  std::optional<std::vector<window_change>> next() {
    csv_record record;
    if (!reader_.next(record)) return std::nullopt;
    const auto at = read_instant(record.fields[ts_], record.line, report_);
    if (!at) {
      reader_.reject(input_issue::bad_timestamp, record.fields[ts_]);
      return std::vector<window_change>{};
    }
    if (last_ && *at <= *last_) {
      reader_.reject(input_issue::late_sample, to_string(*at));
      return std::vector<window_change>{};
    }
    last_ = at;
    row_.clear();
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      if (is_metric(i)) row_.push_back(number_or_nan(record.fields[i], record.line, report_));
    }
    return live_.push(*at, row_);
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < report_.columns.size(); ++i) {
      if (is_metric(i)) out.push_back(report_.columns[i]);
    }
    return out;
  }

  /// What `load_metrics` takes for one; whether a column has numbers is not known yet.
  bool is_metric(std::size_t i) const { return i != ts_ && !same_name(report_.columns[i], "ts_us"); }

  input_report report_;
  csv_reader reader_;
  std::size_t ts_;
  streaming_detector live_;
  std::optional<timestamp> last_;
  std::vector<double> row_;
};

}  // namespace

exit_code follow_metrics(const std::filesystem::path& metrics, bool json, terminal& to) {
  follower rows(metrics);
  std::size_t told = 0;  // kinds of oddities: of each the first at once, all in the end
  while (const auto changes = rows.next()) {
    for (; told < rows.report().issues.size(); ++told) say_what_was_odd(rows.report(), told, to);
    for (const window_change& c : *changes) {
      if (json) {
        to.out.line(
            to_json_text(change_report{c.opened ? "opened" : "closed", c.at, report_window(c.window)}));
      } else {
        to.out.line(line_of(c, to.out));
      }
    }
  }
  require_rows(rows.report());
  for (std::size_t kind = 0; kind < rows.report().issues.size(); ++kind) {
    if (kind >= told || rows.report().issues[kind].count > 1) say_what_was_odd(rows.report(), kind, to);
  }
  if (rows.has_open()) to.say("The input has ended, the incident has not.");
  return exit_code::finished;
}

}  // namespace stook::sre::cli
