#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <oncall/data/incident_data.hpp>
#include <stook/sql/bulk_insert.hpp>
#include <stook/sql/sorted_table.hpp>

namespace stook::sre {
namespace {

/// Instants to the second as text. Rows come in order of time, so most share their minute with the row
/// before.
class second_text {
 public:
  std::string_view operator()(timestamp t) {
    const std::int64_t second = t.seconds();
    const std::int64_t in_minute = ((second % 60) + 60) % 60;
    if (text_.empty() || second - in_minute != minute_) {
      minute_ = second - in_minute;
      text_ = to_string(timestamp::from_seconds(minute_));
    }
    text_[17] = static_cast<char>('0' + in_minute / 10);
    text_[18] = static_cast<char>('0' + in_minute % 10);
    return text_;
  }

 private:
  std::int64_t minute_ = 0;
  std::string text_;  // 2026-01-02T03:04:05Z
};

std::string identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void put_number(sqlite::bulk_insert& into, double value) {
  if (std::isnan(value)) {
    into.put(nullptr);
  } else {
    into.put(value);
  }
}

void put_text(sqlite::bulk_insert& into, std::string_view text) {
  if (text.empty()) {
    into.put(nullptr);
  } else {
    into.put(text);
  }
}

void put_instant(sqlite::bulk_insert& into, second_text& text, timestamp t) {
  into.put(text(t));
  into.put(t.micros());
}

sqlite::sorted_cell cell_of(std::string_view text) {
  return text.empty() ? sqlite::sorted_cell{} : sqlite::sorted_cell{text};
}

void fill_metrics(sqlite::database& db, const metrics_table& metrics) {
  std::string columns = "ts TEXT NOT NULL, ts_us INTEGER PRIMARY KEY";
  std::vector<std::string_view> names{"ts", "ts_us"};
  for (const metric_series& series : metrics.series) {
    columns += fmt::format(", {} REAL", identifier(series.name));
    names.push_back(series.name);
  }
  db.exec(fmt::format("CREATE TABLE metrics({})", columns));
  sqlite::bulk_insert rows{db, "metrics", names};
  second_text text;
  for (std::size_t row = 0; row < metrics.ts.size(); ++row) {
    put_instant(rows, text, metrics.ts[row]);
    for (const metric_series& series : metrics.series) put_number(rows, series.values[row]);
  }
  rows.finish();
  db.exec("CREATE INDEX metrics_ts ON metrics(ts)");
}

/// Rows of logs are many and come in order of time.
sqlite::database with_logs(sqlite::database db, const log_table& logs) {
  using sqlite::storage;
  std::vector<sqlite::sorted_column> columns{
      {.name = "ts", .required = true, .indexed = true},
      {.name = "ts_us", .type = storage::integer, .required = true, .indexed = true},
      {.name = "service"},
      {.name = "region"},
      {.name = "level"},
      {.name = "error_kind"},
      {.name = "endpoint"},
      {.name = "latency_ms", .type = storage::real},
      {.name = "trace_id"},
      {.name = "user_id"},
      {.name = "message"}};
  const std::size_t known = columns.size();
  for (const extra_column& extra : logs.extra) columns.push_back({.name = extra.name});
  sqlite::sorted_table rows{std::move(db), "logs", std::move(columns)};
  second_text text;
  std::vector<sqlite::sorted_cell> cells(known + logs.extra.size());
  for (std::size_t row = 0; row < logs.size(); ++row) {
    cells[0] = text(logs.ts[row]);
    cells[1] = logs.ts[row].micros();
    cells[2] = cell_of(logs.service[row]);
    cells[3] = cell_of(logs.region[row]);
    cells[4] = cell_of(logs.level[row]);
    cells[5] = cell_of(logs.error_kind[row]);
    cells[6] = cell_of(logs.endpoint[row]);
    cells[7] = logs.latency_ms[row];
    cells[8] = cell_of(logs.trace_id[row]);
    cells[9] = cell_of(logs.user_id[row]);
    cells[10] = cell_of(logs.message[row]);
    for (std::size_t i = 0; i < logs.extra.size(); ++i) cells[known + i] = cell_of(logs.extra[i].values[row]);
    rows.add_row(cells);
  }
  return rows.finish();
}

void fill_events(sqlite::database& db, const std::vector<change_event>& events) {
  db.exec(
      "CREATE TABLE events(ts TEXT NOT NULL, ts_us INTEGER NOT NULL, kind TEXT NOT NULL, service TEXT, "
      "detail TEXT)");
  sqlite::bulk_insert rows{db, "events", {"ts", "ts_us", "kind", "service", "detail"}};
  second_text text;
  for (const change_event& event : events) {
    put_instant(rows, text, event.ts);
    rows.put(event.kind);
    put_text(rows, event.service);
    put_text(rows, event.detail);
  }
  rows.finish();
}

void fill_topology(sqlite::database& db, const std::vector<call_edge>& calls) {
  db.exec("CREATE TABLE topology(caller TEXT NOT NULL, callee TEXT NOT NULL)");
  sqlite::bulk_insert rows{db, "topology", {"caller", "callee"}};
  for (const call_edge& call : calls) rows.add(call.caller, call.callee);
  rows.finish();
}

}  // namespace

sqlite::database make_database(const tables& data) {
  sqlite::database db = sqlite::database::memory();
  sqlite::transaction all_at_once{db};
  fill_metrics(db, data.metrics);
  fill_events(db, data.events);
  fill_topology(db, data.topology);
  all_at_once.commit();
  return with_logs(std::move(db), data.logs);
}

sqlite::readonly_options limits_of_question(sqlite::database& tables) {
  sqlite::statement size =
      tables.prepare("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  const std::int64_t bytes = size.step() ? size.integer(0) : 0;
  constexpr std::int64_t bytes_per_ms = 100'000;
  sqlite::readonly_options out;
  out.heap_bytes += bytes;
  out.deadline += std::chrono::milliseconds{bytes / bytes_per_ms};
  return out;
}

}  // namespace stook::sre
