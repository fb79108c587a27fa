#pragma once

#include <filesystem>
#include <vector>

#include <oncall/data/csv_reader.hpp>
#include <oncall/data/events.hpp>
#include <oncall/data/input_files.hpp>
#include <oncall/data/input_report.hpp>
#include <oncall/data/logs.hpp>
#include <oncall/data/metrics.hpp>
#include <stook/sql/database.hpp>
#include <stook/sql/readonly.hpp>

namespace stook::sre {

struct incident_options {
  /// Where the database goes; empty means memory. A file must be new or empty.
  std::filesystem::path database{};
  read_options read{};
  redactor masks{};  ///< takes secrets out of every text
};

/// All that is known about an incident before anyone has looked at it: as columns for programs, and as tables
/// of SQLite for questions.
struct incident_data {
  metrics_table metrics;
  log_table logs;
  std::vector<change_event> events;
  std::vector<call_edge> topology;
  std::vector<input_report> reports;  ///< one a file that was given: metrics, logs, events, topology
  sqlite::database database;          ///< as `make_database` makes it
};

/// Loads the files that are given and fills the database. Throws `error` as the loaders do (see loaders.hpp),
/// `input_missing` if no file is given, `output_exists` if the database file holds something, and `sql_*`.
incident_data load_incident(const input_files& files, const incident_options& options = {});

/// What `make_database` writes.
struct tables {
  const metrics_table& metrics;
  const log_table& logs;
  const std::vector<change_event>& events;
  const std::vector<call_edge>& topology;
};

/// A database in memory with these tables:
/// ```
/// metrics(ts TEXT, ts_us INTEGER PRIMARY KEY, <one REAL for each series>)
/// logs(ts TEXT, ts_us INTEGER, service, region, level, error_kind, endpoint TEXT, latency_ms REAL,
///      trace_id, user_id, message, <extra columns> TEXT)
/// events(ts TEXT, ts_us INTEGER, kind, service, detail TEXT)
/// topology(caller, callee TEXT)
/// ```
/// `ts` is UTC to the second, 2026-01-02T03:04:05Z, so text compares as time; `ts_us` counts microseconds
/// since 1970. Both are indexed in metrics and logs. What a row did not say is NULL, never '': then
/// `error_kind IS NOT NULL`, `error_kind <> ''` and `count(error_kind)`, which people and models use alike,
/// mean the same. It can be read and changed, but not grow. Throws `error` with a code `sql_*`.
sqlite::database make_database(const tables& data);

/// What one question of a model to these tables may cost: the defaults, and with the size of the tables more
/// memory and time, because a grouping may have to sort all of their rows. A million log lines, some 300 MB,
/// give 360 MB and 4.5 s.
sqlite::readonly_options limits_of_question(sqlite::database& tables);

}  // namespace stook::sre
