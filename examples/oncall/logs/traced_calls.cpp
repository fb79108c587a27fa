#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <oncall/logs/scan_rows.hpp>
#include <oncall/logs/traces.hpp>
#include <oncall/screen/clean_text.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t rows_read = 5'000;
constexpr std::size_t most_calls = 32;
constexpr std::int64_t least_traces = 5;

using service_pair = std::pair<std::uint32_t, std::uint32_t>;

std::vector<timestamp::duration> corrections(const log_table& logs, std::span<const clock_skew_row> skew) {
  std::vector<timestamp::duration> out(logs.service.names());
  for (std::uint32_t id = 0; id < out.size(); ++id) {
    for (const clock_skew_row& s : skew) {
      if (s.service == logs.service.name(id))
        out[id] = std::chrono::duration_cast<timestamp::duration>(std::chrono::duration<double>(s.seconds));
    }
  }
  return out;
}

/// Each pair of services that follow each other counts once a trace.
void add_pairs(const trace_row* first, const trace_row* last, std::map<service_pair, std::int64_t>& counts) {
  std::vector<service_pair> seen;
  for (const trace_row* row = first + 1; row < last; ++row) {
    const service_pair pair{row[-1].service, row->service};
    if (pair.first == pair.second || std::ranges::find(seen, pair) != seen.end()) continue;
    seen.push_back(pair);
    ++counts[pair];
  }
}

}  // namespace

std::vector<traced_call> find_calls(const log_table& logs, std::span<const clock_skew_row> skew) {
  const std::vector<timestamp::duration> fast = corrections(logs, skew);
  std::vector<trace_row> rows;
  for (std::size_t row = 0; row < std::min(logs.size(), rows_read); ++row) {
    const std::uint32_t service = logs.service.ids()[row];
    if (logs.trace_id[row].empty() || logs.service.name(service).empty()) continue;
    rows.push_back({.trace = logs.trace_id[row], .service = service, .ts = logs.ts[row] - fast[service]});
  }
  std::ranges::sort(rows, {}, [&](const trace_row& r) {
    return std::tuple{r.trace, r.ts, logs.service.name(r.service)};  // ids depend on the order of the file
  });
  std::map<service_pair, std::int64_t> counts;
  for_each_trace(rows,
                 [&](const trace_row* first, const trace_row* last) { add_pairs(first, last, counts); });
  std::vector<traced_call> out;
  for (const auto& [pair, count] : counts) {
    const auto back = counts.find({pair.second, pair.first});
    const std::int64_t against = back == counts.end() ? 0 : back->second;
    if (count < least_traces || against * 9 > count) continue;
    out.push_back({.caller = clean_text(logs.service.name(pair.first), 64),
                   .callee = clean_text(logs.service.name(pair.second), 64),
                   .traces = count});
  }
  std::ranges::sort(out, {}, [](const traced_call& c) { return std::tuple{-c.traces, c.caller, c.callee}; });
  if (out.size() > most_calls) out.resize(most_calls);
  return out;
}

}  // namespace stook::sre
