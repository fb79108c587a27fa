#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <oncall/data/cells.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/data/row_order.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// A column on its way to a series: its bad cells are reported only if it turns out to be one of numbers.
struct column_in_progress {
  std::size_t field = 0;
  metric_series series;
  std::uint64_t numbers = 0;
  issue_group empty_cells{.issue = input_issue::missing_value};
  issue_group bad_cells{.issue = input_issue::bad_number};

  void read(std::string_view cell, std::uint64_t line) {
    if (is_missing(cell)) {
      empty_cells.add(line, series.name);
      series.values.push_back(missing);
    } else if (const auto number = read_number(cell)) {
      ++numbers;
      series.values.push_back(*number);
    } else {
      const bool listed = bad_cells.first.size() < max_issue_details;
      bad_cells.add(line, listed ? fmt::format("{}: {}", series.name, cell) : std::string{});
      series.values.push_back(missing);
    }
  }
};

std::vector<column_in_progress> metric_columns(input_report& report, std::size_t ts_field) {
  std::vector<column_in_progress> out;
  for (std::size_t i = 0; i < report.columns.size(); ++i) {
    if (i == ts_field) continue;
    if (same_name(report.columns[i], "ts_us")) {
      report.note(input_issue::ignored_column, 1, "ts_us: the name is taken, microseconds of ts");
      continue;
    }
    out.push_back({.field = i, .series = {.name = report.columns[i], .values = {}}});
  }
  return out;
}

/// Moves the columns of numbers into the table and reports what the others and the bad cells were.
void finish_columns(std::vector<column_in_progress>& columns, loaded_metrics& out) {
  for (column_in_progress& column : columns) {
    const std::string& name = column.series.name;
    if (column.numbers == 0) {
      out.report.note(input_issue::ignored_column, 1, fmt::format("{}: no number in it", name));
      continue;
    }
    out.report.merge(column.empty_cells);
    out.report.merge(column.bad_cells);
    out.table.series.push_back(std::move(column.series));
  }
  if (out.table.series.empty()) {
    throw error("input_rows", fmt::format("{}: expected a column of numbers beside ts, found: {}",
                                          out.report.path, fmt::join(out.report.columns, ",")));
  }
}

void sort_rows(loaded_metrics& out, std::vector<std::uint64_t>& lines) {
  const auto order = order_by_time(out.table.ts, lines, out.report);
  if (order.empty()) return;
  reorder(out.table.ts, order);
  reorder(lines, order);
  for (metric_series& s : out.table.series) reorder(s.values, order);
}

/// The first sample of an instant stays: sorting has kept the order of the file among them.
void drop_repeated_instants(loaded_metrics& out, std::vector<std::uint64_t>& lines) {
  std::vector<std::uint32_t> kept;
  const std::vector<timestamp>& ts = out.table.ts;
  for (std::uint32_t row = 0; row < ts.size(); ++row) {
    if (row > 0 && ts[row] == ts[row - 1]) {
      out.report.note(input_issue::duplicate_timestamp, lines[row], to_string(ts[row]));
    } else {
      kept.push_back(row);
    }
  }
  if (kept.size() == ts.size()) return;
  reorder(out.table.ts, kept);
  reorder(lines, kept);
  for (metric_series& s : out.table.series) reorder(s.values, kept);
  out.report.rows = kept.size();
}

void find_gaps(const std::vector<timestamp>& ts, std::span<const std::uint64_t> lines, input_report& report) {
  if (ts.size() < 3) return;
  std::vector<timestamp::duration> steps;
  steps.reserve(ts.size() - 1);
  for (std::size_t i = 1; i < ts.size(); ++i) steps.push_back(ts[i] - ts[i - 1]);
  std::vector<timestamp::duration> sorted = steps;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::ranges::nth_element(sorted, middle);
  const timestamp::duration usual = *middle;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] * 2 <= usual * 3) continue;
    const auto samples = static_cast<std::uint64_t>((steps[i] + usual / 2) / usual);
    const data_gap gap{.from = ts[i], .to = ts[i + 1], .missing = samples - 1};
    report.note(
        input_issue::gap, lines[i + 1],
        fmt::format("{} samples missing from {} to {}", gap.missing, to_string(gap.from), to_string(gap.to)));
    if (report.gaps.size() < max_issue_details) report.gaps.push_back(gap);
  }
}

}  // namespace

loaded_metrics load_metrics(const std::filesystem::path& file, const read_options& options,
                            const redactor& masks) {
  loaded_metrics out;
  out.report.masks = masks;
  csv_reader reader{file, out.report, options};
  const std::size_t ts_field = reader.required_column("ts");
  std::vector<column_in_progress> columns = metric_columns(out.report, ts_field);

  std::vector<std::uint64_t> lines;
  csv_record record;
  while (reader.next(record)) {
    if (record.lines > 1) {
      reader.reject(input_issue::unterminated_quote, "numbers do not span lines");
      continue;
    }
    const auto ts = read_instant(record.fields[ts_field], record.line, out.report);
    if (!ts) {
      reader.reject(input_issue::bad_timestamp, record.fields[ts_field]);
      continue;
    }
    out.table.ts.push_back(*ts);
    lines.push_back(record.line);
    for (column_in_progress& column : columns) column.read(record.fields[column.field], record.line);
  }
  require_rows(out.report);

  finish_columns(columns, out);
  sort_rows(out, lines);
  drop_repeated_instants(out, lines);
  find_gaps(out.table.ts, lines, out.report);
  out.report.first = out.table.ts.front();
  out.report.last = out.table.ts.back();
  return out;
}

}  // namespace stook::sre
