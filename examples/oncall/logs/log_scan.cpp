#include <oncall/logs/log_scan.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <oncall/data/csv_reader.hpp>
#include <oncall/logs/named_services.hpp>
#include <oncall/logs/percentiles.hpp>
#include <oncall/logs/poisson.hpp>
#include <oncall/logs/scan_rows.hpp>
#include <oncall/screen/clean_text.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t message_bytes = 120;
constexpr std::size_t name_bytes = 64;
constexpr std::size_t values_of_column = 3;
constexpr std::size_t latency_services = 4;

double to_cents(double value) { return std::round(value * 100) / 100; }

/// A column that errors may be concentrated in, and how often each value occurs in all lines.
struct dimension {
  std::string name;
  const interned_column* column = nullptr;
  std::vector<std::int64_t> all{};
  std::int64_t all_lines = 0;  // with a value

  void count_all() {
    all = count_ids(column->ids(), column->names());
    for (std::uint32_t id = 0; id < all.size(); ++id) {
      if (column->name(id).empty()) all[id] = 0;
      all_lines += all[id];
    }
  }
  double usual(std::uint32_t id) const {
    return all_lines > 0 ? static_cast<double>(all[id]) / static_cast<double>(all_lines) : 0;
  }
};

struct value_count {
  std::uint32_t id = 0;
  std::int64_t count = 0;
};

/// The values of some rows in a column, commonest first, and how many rows have a value.
std::vector<value_count> count_values(const interned_column& column, const std::vector<std::uint32_t>& rows,
                                      std::int64_t& with_value) {
  std::map<std::uint32_t, std::int64_t> counts;
  with_value = 0;
  for (const std::uint32_t row : rows) {
    const std::uint32_t id = column.ids()[row];
    if (column.name(id).empty()) continue;
    ++counts[id];
    ++with_value;
  }
  std::vector<value_count> out;
  for (const auto& [id, count] : counts) out.push_back({.id = id, .count = count});
  std::ranges::sort(out, [&](const value_count& a, const value_count& b) {
    return std::pair{-a.count, column.name(a.id)} < std::pair{-b.count, column.name(b.id)};
  });
  return out;
}

class scanner {
 public:
  scanner(const log_table& logs, const time_window& window, const scan_options& options)
      : logs_(logs), options_(options), day_(split_day(logs, window, options.not_quiet)), named_(logs) {
    out_.window = window;
    window_seconds_ = std::chrono::duration<double>(window.to - window.from).count();
    scale_ = day_.quiet_seconds > 0 ? window_seconds_ / day_.quiet_seconds : 0;
    errors_ = find_error_rows(logs, miner_);
  }

  log_scan run() {
    count_lines();
    rank_signals();
    rank_templates();
    slice();
    measure_latency();
    out_.clock_skew = find_clock_skew(logs_, day_.window);
    out_.calls = find_calls(logs_, out_.clock_skew);
    note_limits();
    return std::move(out_);
  }

 private:
  struct tally {
    std::int64_t window = 0, quiet = 0;
  };

  double expected(const tally& t) const { return static_cast<double>(t.quiet) * scale_; }
  double lift(const tally& t) const { return poisson_lift(static_cast<double>(t.window), expected(t)); }

  void count(tally& into, std::size_t row) const {
    if (day_.window.contains(row)) {
      ++into.window;
    } else if (day_.is_quiet(row)) {
      ++into.quiet;
    }
  }

  void count_lines() {
    out_.lines = static_cast<std::int64_t>(day_.window.size());
    out_.quiet_hours = to_cents(day_.quiet_seconds / 3600);
    const double usual = static_cast<double>(day_.quiet_rows()) * scale_;
    out_.lines_ratio = usual > 0 ? to_cents(static_cast<double>(out_.lines) / usual) : 0;
    tally errors;
    for (const error_row& e : errors_.rows) {
      count(errors, e.row);
      if (!day_.window.contains(e.row)) continue;
      window_rows_.push_back(e.row);
      if (!e.has_level) ++out_.lines_without_level;
    }
    out_.error_lines = errors.window;
    out_.expected_error_lines = to_cents(expected(errors));
  }

  std::string template_text(std::uint32_t id) const {
    const auto known = miner_.find(id);
    return known ? clean_text(known->typed_text, message_bytes) : std::string{};
  }

  void rank_signals() {
    std::vector<tally> tallies(errors_.signals.size());
    for (const error_row& e : errors_.rows) count(tallies[e.signal], e.row);
    std::vector<std::pair<log_signal, std::uint32_t>> ranked;
    for (std::uint32_t i = 0; i < tallies.size(); ++i) {
      if (tallies[i].window == 0) continue;
      const signal_key& key = errors_.signals[i];
      log_signal signal;
      signal.service = clean_text(logs_.service.name(key.service), name_bytes);
      if (key.from_message) {
        signal.message = template_text(key.kind);
      } else {
        signal.kind = clean_text(logs_.error_kind.name(key.kind), name_bytes);
      }
      signal.count = tallies[i].window;
      signal.expected = expected(tallies[i]);
      signal.lift = lift(tallies[i]);
      ranked.emplace_back(std::move(signal), i);
    }
    out_.distinct_signals = static_cast<std::int64_t>(ranked.size());
    std::ranges::sort(ranked, {}, [](const auto& r) {
      return std::tuple{-r.first.lift, r.first.service, r.first.kind, r.first.message};
    });
    if (ranked.size() > options_.top) ranked.resize(options_.top);
    for (auto& [signal, index] : ranked) {
      signal.id = fmt::format("S{}", out_.signals.size() + 1);
      detail_signal(signal, index);
      out_.signals.push_back(std::move(signal));
    }
  }

  void detail_signal(log_signal& signal, std::uint32_t index) {
    std::vector<std::uint32_t> rows;
    std::vector<timestamp> times;
    std::map<std::uint32_t, std::int64_t> templates;
    const row_range near = rows_between(logs_, out_.window.from - options_.lookback, out_.window.to);
    for (const error_row& e : errors_.rows) {
      if (e.signal != index || !near.contains(e.row)) continue;
      times.push_back(logs_.ts[e.row]);
      if (!day_.window.contains(e.row)) continue;
      rows.push_back(e.row);
      ++templates[e.template_id];
    }
    const auto commonest = std::ranges::max_element(templates, {}, [](const auto& t) {
      return std::pair{t.second, -std::int64_t{t.first}};
    });
    if (signal.message.empty()) signal.message = template_text(commonest->first);
    std::int64_t with_value = 0;
    const auto levels = count_values(logs_.level, rows, with_value);
    if (!levels.empty()) signal.level = clean_text(logs_.level.name(levels.front().id), 16);
    signal.first_seen = logs_.ts[rows.front()];
    signal.onset = rate_onset(times, out_.window.to, signal.expected / window_seconds_);
    for (const dimension& d : dimensions()) {
      const auto values = count_values(*d.column, rows, with_value);
      if (with_value < 5) continue;
      const value_count& first = values.front();
      const double share = static_cast<double>(first.count) / static_cast<double>(with_value);
      if (share < 0.5 || share - d.usual(first.id) < 0.25) continue;
      const auto own = usual_of_service(d, first.id, errors_.signals[index].service);
      if (!own || share - *own >= 0.25) signal.concentrated.push_back(slice_of(d, first, with_value));
    }
    signal.names = named_.in(rows);
    for (named_share& named : signal.names) named.share = to_cents(named.share);
    signal.expected = to_cents(signal.expected);
    signal.lift = to_cents(signal.lift);
  }

  /// The share of a value in a service's own lines outside the window, where there are enough: all that a
  /// service logs may be of one version, or in one region, without telling anything about an error.
  std::optional<double> usual_of_service(const dimension& d, std::uint32_t value, std::uint32_t service) {
    constexpr std::int64_t least_lines = 20;
    const std::vector<std::int64_t>& counts = values_of_service(d, service);
    std::int64_t lines = 0;
    for (std::uint32_t id = 0; id < counts.size(); ++id) lines += d.column->name(id).empty() ? 0 : counts[id];
    if (lines < least_lines) return std::nullopt;
    return static_cast<double>(counts[value]) / static_cast<double>(lines);
  }

  const std::vector<std::int64_t>& values_of_service(const dimension& d, std::uint32_t service) {
    const auto [found, is_new] = values_of_service_.try_emplace({d.column, service}, d.column->names());
    if (!is_new) return found->second;
    const auto services = logs_.service.ids();
    const auto values = d.column->ids();
    const auto count = [&](std::size_t from, std::size_t to) {
      // Without a branch on the service, which nothing predicts.
      for (std::size_t row = from; row < to; ++row)
        found->second[values[row]] += services[row] == service ? 1 : 0;
    };
    count(0, day_.window.first);
    count(day_.window.last, services.size());
    return found->second;
  }

  static slice_share slice_of(const dimension& d, const value_count& value, std::int64_t of) {
    return {.by = d.name,
            .value = clean_text(d.column->name(value.id), name_bytes),
            .share = to_cents(static_cast<double>(value.count) / static_cast<double>(of)),
            .usual = to_cents(d.usual(value.id))};
  }

  void rank_templates() {
    std::map<std::uint32_t, tally> tallies;
    for (const error_row& e : errors_.rows) count(tallies[e.template_id], e.row);
    for (const auto& [id, t] : tallies) {
      if (t.window == 0) continue;
      out_.templates.push_back({.text = template_text(id),
                                .count = t.window,
                                .expected = to_cents(expected(t)),
                                .lift = to_cents(lift(t))});
    }
    std::ranges::sort(out_.templates, {}, [](const template_row& t) {
      return std::tuple{-t.lift, -t.count, t.text};
    });
    if (out_.templates.size() > options_.top) out_.templates.resize(options_.top);
  }

  const std::vector<dimension>& dimensions() {
    if (!dimensions_.empty()) return dimensions_;
    dimensions_.push_back({.name = "region", .column = &logs_.region});
    dimensions_.push_back({.name = "endpoint", .column = &logs_.endpoint});
    for (const extra_column& extra : logs_.extra) {
      if (!same_name(extra.name, "version") && !same_name(extra.name, "build") &&
          !same_name(extra.name, "release"))
        continue;
      interned_column& values = own_columns_.emplace_back();
      for (std::size_t row = 0; row < extra.values.size(); ++row) values.push_back(extra.values[row]);
      dimensions_.push_back({.name = "version", .column = &values});
      break;
    }
    for (dimension& d : dimensions_) d.count_all();
    return dimensions_;
  }

  void slice() {
    for (const dimension& d : dimensions()) {
      std::int64_t with_value = 0;
      std::vector<value_count> values = count_values(*d.column, window_rows_, with_value);
      if (values.size() > values_of_column) values.resize(values_of_column);
      for (const value_count& value : values) out_.slices.push_back(slice_of(d, value, with_value));
    }
  }

  void measure_latency() {
    std::vector<std::string> services{""};
    for (const log_signal& s : out_.signals) {
      if (services.size() <= latency_services && std::ranges::find(services, s.service) == services.end()) {
        services.push_back(s.service);
      }
    }
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>, std::less<>> samples;
    std::vector<std::pair<std::vector<double>, std::vector<double>>*> of_service(logs_.service.names());
    for (std::uint32_t id = 0; id < of_service.size(); ++id) {
      const std::string name = clean_text(logs_.service.name(id), name_bytes);
      if (!name.empty() && std::ranges::find(services, name) != services.end())
        of_service[id] = &samples[name];
    }
    auto& all = samples[""];
    const auto take = [&](row_range range, bool quiet) {
      for (std::size_t row = range.first; row < range.last; ++row) {
        const double ms = logs_.latency_ms[row];
        if (!std::isfinite(ms)) continue;
        (quiet ? all.second : all.first).push_back(ms);
        auto* own = of_service[logs_.service.ids()[row]];
        if (own != nullptr) (quiet ? own->second : own->first).push_back(ms);
      }
    };
    take(day_.window, false);
    for (const row_range& range : day_.quiet) take(range, true);
    for (const std::string& service : services) {
      auto& [in_window, in_quiet] = samples[service];
      if (in_window.empty()) continue;
      const std::vector<double> own = percentiles(in_window, std::array{0.5, 0.95, 0.99});
      out_.latency.push_back({.service = service,
                              .lines = static_cast<std::int64_t>(in_window.size()),
                              .p50_ms = to_cents(own[0]),
                              .p95_ms = to_cents(own[1]),
                              .p99_ms = to_cents(own[2]),
                              .quiet_p95_ms = to_cents(percentiles(in_quiet, std::array{0.95}).front())});
    }
  }

  void note_limits() {
    if (day_.window.size() == 0) out_.notes.push_back("The logs have no line in the window.");
    if (day_.quiet_seconds <= 0) {
      out_.notes.push_back("There is no quiet part to compare with: every expected count is 0.");
    } else if (day_.quiet_seconds < window_seconds_) {
      out_.notes.push_back("The quiet part is shorter than the window: expected counts are uncertain.");
    }
    if (out_.lines_without_level > 0) {
      out_.notes.push_back(
          fmt::format("{} lines in the window have no usable level; they are counted as errors and "
                      "told apart by their message.",
                      out_.lines_without_level));
    }
    if (miner_.dropped() > 0) {
      out_.notes.push_back(
          fmt::format("{} message templates exceeded the bound and were forgotten.", miner_.dropped()));
    }
  }

  const log_table& logs_;
  const scan_options& options_;
  day_split day_;
  double window_seconds_ = 0;
  double scale_ = 0;  // from a count in the quiet part to one in the window
  template_miner miner_;
  error_rows errors_;
  named_services named_;
  std::map<std::pair<const interned_column*, std::uint32_t>, std::vector<std::int64_t>> values_of_service_;
  std::vector<std::uint32_t> window_rows_;  // error rows in the window
  std::vector<dimension> dimensions_;
  std::deque<interned_column> own_columns_;
  log_scan out_;
};

}  // namespace

log_scan scan_logs(const log_table& logs, const time_window& window, const scan_options& options) {
  if (window.from >= window.to) {
    throw error("bad_window", fmt::format("expected a window that begins before it ends, got {} to {}",
                                          to_string(window.from), to_string(window.to)));
  }
  if (options.top < 1 || options.top > 50) {
    throw error("bad_option", fmt::format("scan_options.top: expected 1 to 50, got {}", options.top));
  }
  return scanner{logs, window, options}.run();
}

}  // namespace stook::sre
