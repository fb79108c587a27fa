#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include <oncall/logs/scan_rows.hpp>
#include <oncall/screen/clean_text.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t rows_read = 20'000;
constexpr std::size_t least_traces = 5;
constexpr std::size_t most_rows_of_trace = 64;
constexpr double least_skew_s = 5;

struct trace_row {
  std::string_view trace;
  std::uint32_t service = 0;
  timestamp ts;
};

double seconds_between(timestamp from, timestamp to) {
  return std::chrono::duration<double>(to - from).count();
}

/// For each service of one trace, its distance to the nearest other one: near zero unless its own clock is
/// off, whatever the clocks of the rest do.
void add_distances(const trace_row* first, const trace_row* last,
                   std::map<std::uint32_t, std::vector<double>>& distances) {
  for (const trace_row* own = first; own != last; ++own) {
    if (own != first && own[-1].service == own->service) continue;
    double nearest = std::numeric_limits<double>::infinity();
    for (const trace_row* other = first; other != last; ++other) {
      if (other->service == own->service) continue;
      const double away = seconds_between(other->ts, own->ts);
      if (std::abs(away) < std::abs(nearest)) nearest = away;
    }
    if (std::isfinite(nearest)) distances[own->service].push_back(nearest);
  }
}

}  // namespace

std::vector<clock_skew_row> find_clock_skew(const log_table& logs, row_range range) {
  std::vector<trace_row> rows;
  for (std::size_t row = range.first; row < std::min(range.last, range.first + rows_read); ++row) {
    if (logs.trace_id[row].empty()) continue;
    rows.push_back({.trace = logs.trace_id[row], .service = logs.service.ids()[row], .ts = logs.ts[row]});
  }
  std::ranges::sort(rows, {}, [&](const trace_row& r) { return std::tuple{r.trace, r.service, r.ts}; });
  std::map<std::uint32_t, std::vector<double>> distances;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    while (last < rows.size() && rows[last].trace == rows[first].trace) ++last;
    if (last - first <= most_rows_of_trace) add_distances(rows.data() + first, rows.data() + last, distances);
    first = last;
  }
  std::vector<clock_skew_row> out;
  for (auto& [service, away] : distances) {
    if (away.size() < least_traces) continue;
    const auto middle = away.begin() + static_cast<std::ptrdiff_t>(away.size() / 2);
    std::ranges::nth_element(away, middle);
    if (std::abs(*middle) < least_skew_s) continue;
    out.push_back(
        {.service = clean_text(logs.service.name(service), 64), .seconds = std::round(*middle * 10) / 10});
  }
  std::ranges::sort(out, {}, &clock_skew_row::service);
  return out;
}

}  // namespace stook::sre
