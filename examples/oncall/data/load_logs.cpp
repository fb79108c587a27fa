#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include <oncall/data/cells.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/data/row_order.hpp>
#include <oncall/data/text_screen.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t rows_before_reserve = 4096;
/// Of a file of fewer rows each column has a few pages.
constexpr std::size_t rows_before_populate = 128 * 1024;
constexpr std::size_t rows_at_once = 4 * 1024;

/// Where the known columns stand in the file, and columns of its own for the others.
class log_layout {
 public:
  log_layout(const csv_reader& reader, std::string_view message_column, input_report& report,
             log_table& table)
      : ts(reader.required_column("ts")),
        message_(reader.required_column(message_column)),
        service_(reader.column("service")),
        region_(reader.column("region")),
        level_(reader.column("level")),
        error_kind_(reader.column("error_kind")),
        endpoint_(reader.column("endpoint")),
        latency_ms_(reader.column("latency_ms")),
        trace_id_(reader.column("trace_id")),
        user_id_(reader.column("user_id")) {
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
      if (is_known(i)) continue;
      if (same_name(report.columns[i], "ts_us")) {
        report.note(input_issue::ignored_column, 1, "ts_us: the name is taken, microseconds of ts");
        continue;
      }
      extra_.push_back(i);
      table.extra.push_back({.name = report.columns[i], .values = {}});
    }
  }

  const std::size_t ts;

  void append(const csv_record& record, log_table& table, text_screen& screen, input_report& report) const {
    const auto field = [&](const std::optional<std::size_t>& place) {
      return place ? record.fields[*place] : std::string_view{};
    };
    const auto keep = [&](auto& column, const std::optional<std::size_t>& place) {
      screen.push_back(column, field(place), record.line);
    };
    keep(table.service, service_);
    keep(table.region, region_);
    keep(table.level, level_);
    keep(table.error_kind, error_kind_);
    keep(table.endpoint, endpoint_);
    table.latency_ms.push_back(latency(field(latency_ms_), record.line, report));
    keep(table.trace_id, trace_id_);
    keep(table.user_id, user_id_);
    keep(table.message, message_);
    for (std::size_t i = 0; i < extra_.size(); ++i) keep(table.extra[i].values, extra_[i]);
  }

 private:
  bool is_known(std::size_t i) const {
    return i == ts || i == message_ || i == service_ || i == region_ || i == level_ || i == error_kind_ ||
           i == endpoint_ || i == latency_ms_ || i == trace_id_ || i == user_id_;
  }

  static double latency(std::string_view cell, std::uint64_t line, input_report& report) {
    constexpr double missing = std::numeric_limits<double>::quiet_NaN();
    if (is_missing(cell)) return missing;
    const auto number = read_number(cell);
    if (!number) report.note(input_issue::bad_number, line, cell);
    return number.value_or(missing);
  }

  std::size_t message_;
  std::optional<std::size_t> service_, region_, level_, error_kind_, endpoint_, latency_ms_, trace_id_,
      user_id_;
  std::vector<std::size_t> extra_;
};

/// What finds equal rows after sorting, without keeping the rows twice.
struct row_traces {
  std::vector<std::uint64_t> lines;
  std::vector<std::uint64_t> hashes;

  void append(const csv_record& record, std::size_t ts_field) {
    lines.push_back(record.line);
    hashes.push_back(hash_of(record, ts_field));
  }

 private:
  /// Of all fields but the instant: of what stands before and behind it in the line, if it stands there like
  /// that, and else of the same bytes put together.
  std::uint64_t hash_of(const csv_record& record, std::size_t ts_field) {
    const auto& fields = record.fields;
    const auto commas_inside = [](std::string_view f) { return f.find(',') != std::string_view::npos; };
    if (!record.in_one_piece && std::ranges::any_of(fields, commas_inside)) {
      std::uint64_t hash = 0;  // no other kind of row is equal to one of these
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i != ts_field) hash = text_hash(fields[i], hash);
      }
      return hash;
    }
    std::string_view whole;
    std::size_t instant = 0;
    if (record.in_one_piece) {
      const char* const begin = fields.front().data();
      whole = {begin, static_cast<std::size_t>(fields.back().data() + fields.back().size() - begin)};
      instant = static_cast<std::size_t>(fields[ts_field].data() - begin);
    } else {
      joined_.clear();
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) joined_ += ',';
        if (i == ts_field) instant = joined_.size();
        joined_ += fields[i];
      }
      whole = joined_;
    }
    return text_hash(whole.substr(instant + fields[ts_field].size()), text_hash(whole.substr(0, instant)));
  }

  std::string joined_;
};

template <typename What>
void for_each_column(log_table& table, What what) {
  for (interned_column* column :
       {&table.service, &table.region, &table.level, &table.error_kind, &table.endpoint})
    what(*column);
  for (text_column* column : {&table.trace_id, &table.user_id, &table.message}) what(*column);
  for (extra_column& column : table.extra) what(column.values);
}

/// Makes room for what the file seems to hold, judged by its first rows and their bytes: growing copies.
void reserve(const std::filesystem::path& file, std::uint64_t first_bytes, log_table& table,
             row_traces& traces) {
  constexpr std::uint64_t most = 1024 * 1024 * 1024;  // a size can be a lie
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(file, unknown);
  if (unknown) return;
  const double times = 1.02 * static_cast<double>(std::min(bytes, most)) / static_cast<double>(first_bytes);
  const auto rows = static_cast<std::size_t>(static_cast<double>(table.size()) * times);
  table.ts.reserve(rows);
  table.latency_ms.reserve(rows);
  for_each_column(table, [&](auto& column) { column.reserve(rows); });
  traces.lines.reserve(rows);
  traces.hashes.reserve(rows);
}

void populate(memory_ahead& ahead, log_table& table, row_traces& traces) {
  populate_next(ahead, table.ts, rows_at_once);
  populate_next(ahead, table.latency_ms, rows_at_once);
  populate_next(ahead, traces.lines, rows_at_once);
  populate_next(ahead, traces.hashes, rows_at_once);
  for_each_column(table, [&](auto& column) { column.populate(ahead, rows_at_once); });
}

void sort_rows(log_table& table, row_traces& traces, input_report& report) {
  const auto order = order_by_time(table.ts, traces.lines, report);
  if (order.empty()) return;
  reorder(table.ts, order);
  reorder(table.latency_ms, order);
  reorder(traces.lines, order);
  reorder(traces.hashes, order);
  for_each_column(table, [&](auto& column) { column.reorder(order); });
}

/// Notes rows of one instant that are equal in all their fields, judged by a 64-bit hash.
void note_duplicates(const log_table& table, const row_traces& traces, input_report& report) {
  std::vector<std::size_t> rows;
  for (std::size_t begin = 0; begin < table.size();) {
    std::size_t end = begin + 1;
    while (end < table.size() && table.ts[end] == table.ts[begin]) ++end;
    if (end - begin > 1) {
      rows.resize(end - begin);
      std::iota(rows.begin(), rows.end(), begin);
      std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return traces.hashes[row]; });
      for (std::size_t i = 1; i < rows.size(); ++i) {
        if (traces.hashes[rows[i]] == traces.hashes[rows[i - 1]]) {
          report.note(input_issue::duplicate_row, traces.lines[rows[i]], table.message[rows[i]]);
        }
      }
    }
    begin = end;
  }
}

}  // namespace

loaded_logs load_logs(const std::filesystem::path& file, const input_limits& limits, const redactor& masks,
                      std::string_view message_column) {
  loaded_logs out;
  out.report.masks = masks;
  csv_reader reader{file, out.report, limits};
  const log_layout layout{reader, message_column, out.report, out.table};
  text_screen screen{out.report};

  row_traces traces;
  memory_ahead ahead;
  csv_record record;
  instant_reader instants{out.report};
  std::uint64_t bytes = 0;
  while (reader.next(record)) {
    bytes += record.bytes;
    const std::size_t rows = out.table.size();
    if (rows == rows_before_reserve) reserve(file, bytes, out.table, traces);
    if (rows >= rows_before_populate && rows % rows_at_once == 0) populate(ahead, out.table, traces);
    const auto ts = instants.read(record.fields[layout.ts], record.line);
    if (!ts) {
      reader.reject(input_issue::bad_timestamp, record.fields[layout.ts]);
      continue;
    }
    out.table.ts.push_back(*ts);
    layout.append(record, out.table, screen, out.report);
    traces.append(record, layout.ts);
  }
  require_rows(out.report);

  sort_rows(out.table, traces, out.report);
  note_duplicates(out.table, traces, out.report);
  out.report.first = out.table.ts.front();
  out.report.last = out.table.ts.back();
  return out;
}

}  // namespace stook::sre
