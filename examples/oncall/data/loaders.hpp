#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <oncall/data/csv_reader.hpp>
#include <oncall/data/events.hpp>
#include <oncall/data/input_report.hpp>
#include <oncall/data/logs.hpp>
#include <oncall/data/metrics.hpp>
#include <stook/core/redact.hpp>

namespace stook::sre {

// Each loader reads one CSV file with a header line and says in the report what it could not use. They throw
// `error`: `input_open` and `input_header` as csv_reader does, `input_rows` if no row is usable, and
// `input_limit` past a limit. Names of columns match whatever their case. `masks` takes secrets out of every
// text before anything keeps it. Thread-safe.

struct loaded_metrics {
  metrics_table table;
  input_report report;
};

/// metrics.csv: `ts` and any columns of numbers. Rows are sorted; of two samples for one instant the first in
/// the file stays. A cell that is empty or no number is NaN. A column without a single number is left out.
/// Stretches that lack samples, by the median step, are in the report.
loaded_metrics load_metrics(const std::filesystem::path& file, const read_options& options = {},
                            const redactor& masks = redactor());

struct loaded_logs {
  log_table table;
  input_report report;
};

/// logs.csv: `ts` and `message`, and as far as they are there service, region, level, error_kind, endpoint,
/// latency_ms, trace_id and user_id; other columns are kept as `extra`. Rows are sorted by time, stably.
/// `message_column` is the one to take for `message`.
loaded_logs load_logs(const std::filesystem::path& file, const read_options& options = {},
                      const redactor& masks = redactor(), std::string_view message_column = "message");

struct loaded_events {
  std::vector<change_event> events;
  input_report report;
};

/// events.csv: `ts` and `kind`, and as far as they are there `service` and `detail`. Rows are sorted by time,
/// stably. A file without rows is fine.
loaded_events load_events(const std::filesystem::path& file, const read_options& options = {},
                          const redactor& masks = redactor());

struct loaded_topology {
  std::vector<call_edge> calls;
  input_report report;
};

/// topology.csv: `caller` and `callee`. A file without rows is fine; a repeated pair is noted.
loaded_topology load_topology(const std::filesystem::path& file, const read_options& options = {},
                              const redactor& masks = redactor());

}  // namespace stook::sre
