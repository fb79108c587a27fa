#include <algorithm>
#include <set>

#include <oncall/data/cells.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/data/row_order.hpp>
#include <oncall/data/text_screen.hpp>

namespace stook::sre {
namespace {

/// A file that lists nothing is an answer; one of which nothing could be read is not.
void require_rows_if_any(const input_report& report) {
  if (report.rejected() > 0) require_rows(report);
}

}  // namespace

loaded_events load_events(const std::filesystem::path& file, const read_options& options,
                          const redactor& masks) {
  loaded_events out;
  out.report.masks = masks;
  text_screen screen{out.report};
  csv_reader reader{file, out.report, options};
  const std::size_t ts_field = reader.required_column("ts");
  const std::size_t kind_field = reader.required_column("kind");
  const auto service_field = reader.column("service");
  const auto detail_field = reader.column("detail");

  std::vector<timestamp> times;
  std::vector<std::uint64_t> lines;
  csv_record record;
  while (reader.next(record)) {
    const auto text = [&](const std::optional<std::size_t>& place) {
      return place ? std::string{screen(record.fields[*place], record.line)} : std::string{};
    };
    const auto ts = read_instant(record.fields[ts_field], record.line, out.report);
    if (!ts) {
      reader.reject(input_issue::bad_timestamp, record.fields[ts_field]);
      continue;
    }
    if (record.fields[kind_field].empty()) {
      reader.reject(input_issue::missing_field, "kind");
      continue;
    }
    times.push_back(*ts);
    lines.push_back(record.line);
    out.events.push_back(
        {.ts = *ts, .kind = text(kind_field), .service = text(service_field), .detail = text(detail_field)});
  }
  require_rows_if_any(out.report);

  if (const auto order = order_by_time(times, lines, out.report); !order.empty()) reorder(out.events, order);
  if (!out.events.empty()) {
    out.report.first = out.events.front().ts;
    out.report.last = out.events.back().ts;
  }
  return out;
}

loaded_topology load_topology(const std::filesystem::path& file, const read_options& options,
                              const redactor& masks) {
  loaded_topology out;
  out.report.masks = masks;
  text_screen screen{out.report};
  csv_reader reader{file, out.report, options};
  const std::size_t caller_field = reader.required_column("caller");
  const std::size_t callee_field = reader.required_column("callee");

  std::set<std::pair<std::string, std::string>> seen;
  csv_record record;
  while (reader.next(record)) {
    call_edge call{std::string{screen(record.fields[caller_field], record.line)},
                   std::string{screen(record.fields[callee_field], record.line)}};
    if (call.caller.empty() || call.callee.empty()) {
      reader.reject(input_issue::missing_field, call.caller.empty() ? "caller" : "callee");
      continue;
    }
    if (!seen.emplace(call.caller, call.callee).second) {
      out.report.note(input_issue::duplicate_row, record.line, call.caller + " calls " + call.callee);
    }
    out.calls.push_back(std::move(call));
  }
  require_rows_if_any(out.report);
  return out;
}

}  // namespace stook::sre
