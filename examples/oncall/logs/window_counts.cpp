#include <oncall/logs/window_counts.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include <oncall/data/cells.hpp>
#include <oncall/logs/percentiles.hpp>
#include <oncall/logs/scan_rows.hpp>
#include <oncall/screen/clean_text.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t value_bytes = 64;

std::vector<value_lines> commonest(const interned_column& column, row_range rows, std::size_t top) {
  const std::vector<std::int64_t> counts =
      count_ids(column.ids().subspan(rows.first, rows.size()), column.names());
  std::vector<std::uint32_t> seen;
  for (std::uint32_t id = 0; id < counts.size(); ++id) {
    if (counts[id] > 0 && !is_missing(column.name(id))) seen.push_back(id);
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple{-counts[a], column.name(a)} < std::tuple{-counts[b], column.name(b)};
  };
  const std::size_t kept = std::min(top, seen.size());
  std::ranges::partial_sort(seen, seen.begin() + static_cast<std::ptrdiff_t>(kept), before);
  std::vector<value_lines> out;
  for (std::size_t i = 0; i < kept; ++i)
    out.push_back({.value = clean_text(column.name(seen[i]), value_bytes), .lines = counts[seen[i]]});
  return out;
}

}  // namespace

window_counts count_window(const log_table& logs, const time_window& window, std::size_t top) {
  if (window.from >= window.to) {
    throw error("bad_window", fmt::format("expected a window that begins before it ends, got {} to {}",
                                          to_string(window.from), to_string(window.to)));
  }
  const row_range rows = rows_between(logs, window.from, window.to);
  constexpr std::array shares{0.5, 0.95, 0.99};
  const std::vector<double> latency =
      percentiles(std::span{logs.latency_ms}.subspan(rows.first, rows.size()), shares);
  return {.window = window,
          .lines = static_cast<std::int64_t>(rows.size()),
          .kinds = commonest(logs.error_kind, rows, top),
          .services = commonest(logs.service, rows, top),
          .endpoints = commonest(logs.endpoint, rows, top),
          .regions = commonest(logs.region, rows, top),
          .p50_ms = latency[0],
          .p95_ms = latency[1],
          .p99_ms = latency[2]};
}

}  // namespace stook::sre
