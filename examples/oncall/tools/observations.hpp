#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <oncall/detect/detector.hpp>
#include <oncall/tools/investigation.hpp>
#include <stook/tool/result.hpp>

/// What the tools compute, apart from who asks and what is kept of it: a pure function of the inputs and of a
/// query that says everything else. The tools record what these give, and a verification calls them again
/// with the query of the evidence. Source and call are not filled in.
namespace stook::sre {

/// The query of `load_inputs` is `{}`. File names are left out: a file may be moved and is the same file.
observation observe_inputs(const investigation& about);

/// The query of `detect_incident_window`.
struct window_query {
  std::optional<std::string> metric{};  ///< nothing: all of them together
};
STOOK_DESCRIBE(window_query, (metric, "", stook::length{1, 200}))

struct window_search {
  detection found{};
  detection_report report{};  ///< without its evidence
  observation seen{};
};
result<window_search> search_windows(const incident_data& data, const window_query& asked);

/// The windows of a search as what an incident rests on.
std::vector<detected_window> windows_of(const detection& found, const std::string& evidence);

/// The query of `log_pattern_scan` and, with `missing_share`, of `rank_causes`.
struct scan_query {
  timestamp from{};
  std::optional<timestamp> to{};        ///< nothing: the end of the data
  std::vector<time_span> not_quiet{};   ///< other incidents of the day, as they were known
  std::optional<double> missing_share;  ///< share of the window without telemetry
};
STOOK_DESCRIBE(scan_query, (from), (to), (not_quiet, "", stook::defaulted, stook::length{0, 1000}),
               (missing_share, "", stook::between{0, 1}))

struct log_search {
  log_scan whole{};      ///< with the signals that the report has no room for
  scan_report report{};  ///< without its evidence
  observation scan{};
  observation causes{};
};
/// `all` is the span of the inputs.
result<log_search> search_logs(const incident_data& data, const time_span& all, scan_query asked);

struct table_search {
  sqlite::query_result found{};
  observation seen{};
};
/// The query of `sql_investigate` is the SQL itself. The limit is not part of it: as many rows as evidence
/// has, asked for again, give the same result. Throws as `readonly::select` does.
table_search search_tables(const sqlite::readonly& tables, const time_span& all, std::string query,
                           std::size_t limit, std::stop_token stop = {});

}  // namespace stook::sre
