#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include <oncall/logs/scan_rows.hpp>
#include <oncall/logs/traces.hpp>
#include <oncall/screen/clean_text.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t rows_of_skew = 20'000;
constexpr std::size_t traces_of_skew = 5;
constexpr double least_skew_s = 5;

/// For each service of one trace, its distance to the nearest other one: near zero unless its own clock is
/// off, whatever the clocks of the rest do.
void add_distances(const trace_row* first, const trace_row* last,
                   std::map<std::uint32_t, std::vector<double>>& distances) {
  for (const trace_row* own = first; own != last; ++own) {
    if (own != first && own[-1].service == own->service) continue;
    double nearest = std::numeric_limits<double>::infinity();
    for (const trace_row* other = first; other != last; ++other) {
      if (other->service == own->service) continue;
      const double away = std::chrono::duration<double>(own->ts - other->ts).count();
      if (std::abs(away) < std::abs(nearest)) nearest = away;
    }
    if (std::isfinite(nearest)) distances[own->service].push_back(nearest);
  }
}

}  // namespace

std::vector<clock_skew_row> find_clock_skew(const log_table& logs, row_range range) {
  std::vector<trace_row> rows;
  for (std::size_t row = range.first; row < std::min(range.last, range.first + rows_of_skew); ++row) {
    if (logs.trace_id[row].empty()) continue;
    rows.push_back({.trace = logs.trace_id[row], .service = logs.service.ids()[row], .ts = logs.ts[row]});
  }
  std::ranges::sort(rows, {}, [&](const trace_row& r) { return std::tuple{r.trace, r.service, r.ts}; });
  std::map<std::uint32_t, std::vector<double>> distances;
  for_each_trace(
      rows, [&](const trace_row* first, const trace_row* last) { add_distances(first, last, distances); });
  std::vector<clock_skew_row> out;
  for (auto& [service, away] : distances) {
    if (away.size() < traces_of_skew) continue;
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
