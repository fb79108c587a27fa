#include <oncall/logs/scan_rows.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <oncall/data/cells.hpp>

namespace stook::sre {
namespace {

double seconds_of(timestamp::duration span) { return std::chrono::duration<double>(span).count(); }

/// The level of each row, decided once for each different text.
std::vector<level_class> classify_levels(const interned_column& levels) {
  std::vector<level_class> out;
  out.reserve(levels.names());
  for (std::uint32_t id = 0; id < levels.names(); ++id) out.push_back(classify_level(levels.name(id)));
  return out;
}

std::vector<bool> find_blank(const interned_column& column) {
  std::vector<bool> out;
  out.reserve(column.names());
  for (std::uint32_t id = 0; id < column.names(); ++id) out.push_back(is_missing(column.name(id)));
  return out;
}

void order_instants(const log_table& logs, std::vector<error_row>& rows) {
  const auto text = [&](const error_row& r) {
    return std::tuple{logs.service[r.row], logs.message[r.row], logs.error_kind[r.row], logs.level[r.row]};
  };
  for (auto first = rows.begin(); first != rows.end();) {
    const auto last = std::find_if(first, rows.end(),
                                   [&](const error_row& r) { return logs.ts[r.row] != logs.ts[first->row]; });
    if (last - first > 1) {
      std::sort(first, last, [&](const error_row& a, const error_row& b) { return text(a) < text(b); });
    }
    first = last;
  }
}

}  // namespace

row_range rows_between(const log_table& logs, timestamp from, timestamp to) {
  const auto first = std::ranges::lower_bound(logs.ts, from);
  const auto last = std::lower_bound(first, logs.ts.end(), to);
  return {.first = static_cast<std::size_t>(first - logs.ts.begin()),
          .last = static_cast<std::size_t>(last - logs.ts.begin())};
}

bool day_split::is_quiet(std::size_t row) const {
  return std::ranges::any_of(quiet, [&](const row_range& r) { return r.contains(row); });
}

std::size_t day_split::quiet_rows() const {
  std::size_t rows = 0;
  for (const row_range& range : quiet) rows += range.size();
  return rows;
}

day_split split_day(const log_table& logs, const time_window& window,
                    std::span<const time_window> not_quiet) {
  day_split out{.window = rows_between(logs, window.from, window.to), .quiet = {}, .quiet_seconds = 0};
  if (logs.ts.empty()) return out;
  std::vector<time_window> taken{not_quiet.begin(), not_quiet.end()};
  taken.push_back(window);
  std::ranges::sort(taken, {}, [](const time_window& w) { return std::pair{w.from, w.to}; });
  const timestamp end = logs.ts.back() + timestamp::duration{1};
  timestamp at = logs.ts.front();
  const auto add_quiet = [&](timestamp until) {
    if (until <= at) return;
    out.quiet.push_back(rows_between(logs, at, until));
    out.quiet_seconds += seconds_of(until - at);
  };
  for (const time_window& w : taken) {
    add_quiet(std::min(w.from, end));
    at = std::max(at, w.to);
  }
  add_quiet(end);
  return out;
}

level_class classify_level(std::string_view level) {
  static constexpr std::array<std::string_view, 15> errors{"WARN",  "WARNING",  "ERROR", "ERR",   "FATAL",
                                                           "CRIT",  "CRITICAL", "ALERT", "EMERG", "EMERGENCY",
                                                           "PANIC", "SEVERE",   "W",     "E",     "F"};
  static constexpr std::array<std::string_view, 12> harmless{"INFO",   "INFORMATION", "NOTICE", "DEBUG",
                                                             "TRACE",  "VERBOSE",     "FINE",   "FINER",
                                                             "CONFIG", "I",           "D",      "OK"};
  if (level.size() > 16) return level_class::unknown;
  std::string upper;
  for (const char c : level) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (std::ranges::find(errors, upper) != errors.end()) return level_class::error;
  return std::ranges::find(harmless, upper) != harmless.end() ? level_class::harmless : level_class::unknown;
}

error_rows find_error_rows(const log_table& logs, template_miner& miner) {
  const std::vector<level_class> levels = classify_levels(logs.level);
  const std::vector<bool> blank = find_blank(logs.error_kind);
  const auto level_ids = logs.level.ids();
  const auto kind_ids = logs.error_kind.ids();
  error_rows out;
  for (std::size_t row = 0; row < logs.size(); ++row) {
    if (levels[level_ids[row]] == level_class::harmless && blank[kind_ids[row]]) continue;
    out.rows.push_back({.row = static_cast<std::uint32_t>(row),
                        .has_level = levels[level_ids[row]] != level_class::unknown});
  }
  order_instants(logs, out.rows);

  std::unordered_map<std::uint64_t, std::uint32_t> of_kind;
  std::unordered_map<std::uint64_t, std::uint32_t> of_message;
  for (error_row& error : out.rows) {
    error.template_id = miner.add(logs.message[error.row]);
    const bool from_message = blank[kind_ids[error.row]];
    const signal_key key{.service = logs.service.ids()[error.row],
                         .kind = from_message ? error.template_id : kind_ids[error.row],
                         .from_message = from_message};
    const std::uint64_t packed = (std::uint64_t{key.service} << 32U) | key.kind;
    const auto [known, is_new] =
        (from_message ? of_message : of_kind).emplace(packed, static_cast<std::uint32_t>(out.signals.size()));
    if (is_new) out.signals.push_back(key);
    error.signal = known->second;
  }
  return out;
}

}  // namespace stook::sre
