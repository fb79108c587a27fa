#include <algorithm>
#include <bit>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <oncall/data/cells.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/data/row_order.hpp>
#include <oncall/data/text_hash.hpp>
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
    table.latency_ms.push_back(number_or_nan(field(latency_ms_), record.line, report));
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

  std::size_t message_;
  std::optional<std::size_t> service_, region_, level_, error_kind_, endpoint_, latency_ms_, trace_id_,
      user_id_;
  std::vector<std::size_t> extra_;
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
void reserve(const std::filesystem::path& file, std::uint64_t first_bytes, log_table& table) {
  constexpr std::uint64_t most = 1024 * 1024 * 1024;  // a size can be a lie
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(file, unknown);
  if (unknown) return;
  const double times = 1.02 * static_cast<double>(std::min(bytes, most)) / static_cast<double>(first_bytes);
  const auto rows = static_cast<std::size_t>(static_cast<double>(table.size()) * times);
  table.ts.reserve(rows);
  table.latency_ms.reserve(rows);
  for_each_column(table, [&](auto& column) { column.reserve(rows); });
}

void populate(memory_ahead& ahead, log_table& table) {
  populate_next(ahead, table.ts, rows_at_once);
  populate_next(ahead, table.latency_ms, rows_at_once);
  for_each_column(table, [&](auto& column) { column.populate(ahead, rows_at_once); });
}

/// The order that the rows are now in; empty if it is that of the file.
std::vector<std::uint32_t> sort_rows(log_table& table, const row_lines& lines, input_report& report) {
  std::vector<std::uint32_t> order = order_by_time(table.ts, lines, report);
  if (order.empty()) return order;
  reorder(table.ts, order);
  reorder(table.latency_ms, order);
  for_each_column(table, [&](auto& column) { column.reorder(order); });
  return order;
}

/// Of all that is kept of a row but its instant.
std::uint64_t hash_of(log_table& table, std::size_t row) {
  auto hash = std::bit_cast<std::uint64_t>(table.latency_ms[row]);
  for_each_column(table, [&](const auto& column) { hash = text_hash(column[row], hash); });
  return hash;
}

/// Notes rows of one instant that are equal in all that is kept of them, judged by a 64-bit hash.
void note_duplicates(log_table& table, const row_lines& lines, std::span<const std::uint32_t> order,
                     input_report& report) {
  struct hashed_row {
    std::uint64_t hash;
    std::size_t row;
  };
  std::vector<hashed_row> rows;
  for (std::size_t begin = 0; begin < table.size();) {
    std::size_t end = begin + 1;
    while (end < table.size() && table.ts[end] == table.ts[begin]) ++end;
    if (end - begin > 1) {
      rows.clear();
      for (std::size_t row = begin; row < end; ++row) rows.push_back({hash_of(table, row), row});
      std::ranges::sort(rows, {}, [](const hashed_row& r) { return std::pair(r.hash, r.row); });
      for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::size_t row = rows[i].row;
        if (rows[i].hash == rows[i - 1].hash) {
          report.note(input_issue::duplicate_row, lines[order.empty() ? row : order[row]],
                      table.message[row]);
        }
      }
    }
    begin = end;
  }
}

}  // namespace

loaded_logs load_logs(const std::filesystem::path& file, const read_options& options, const redactor& masks,
                      std::string_view message_column) {
  loaded_logs out;
  out.report.masks = masks;
  csv_reader reader{file, out.report, options};
  const log_layout layout{reader, message_column, out.report, out.table};
  text_screen screen{out.report};

  row_lines lines;
  memory_ahead ahead;
  csv_record record;
  instant_reader instants{out.report};
  std::uint64_t bytes = 0;
  while (reader.next(record)) {
    bytes += record.bytes;
    const std::size_t rows = out.table.size();
    if (rows == rows_before_reserve) reserve(file, bytes, out.table);
    if (rows >= rows_before_populate && rows % rows_at_once == 0) populate(ahead, out.table);
    const auto ts = instants.read(record.fields[layout.ts], record.line);
    if (!ts) {
      reader.reject(input_issue::bad_timestamp, record.fields[layout.ts]);
      continue;
    }
    out.table.ts.push_back(*ts);
    layout.append(record, out.table, screen, out.report);
    lines.push_back(record.line);
  }
  require_rows(out.report);

  const auto order = sort_rows(out.table, lines, out.report);
  note_duplicates(out.table, lines, order, out.report);
  out.report.first = out.table.ts.front();
  out.report.last = out.table.ts.back();
  return out;
}

}  // namespace stook::sre
