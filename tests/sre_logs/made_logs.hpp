#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <boost/json.hpp>

#include <oncall/data/generate.hpp>
#include <oncall/data/loaders.hpp>
#include <oncall/logs/log_scan.hpp>
#include <stook/core/json.hpp>

namespace stook::sre::testing {

/// So many seconds into the test's day.
inline timestamp at(std::int64_t second) { return timestamp::from_seconds(1'768'435'200 + second); }

inline time_window hours(int from, int to) {
  return {.from = at(std::int64_t{from} * 3'600), .to = at(std::int64_t{to} * 3'600)};
}

/// Appends a line; lines must be added in ascending order of time.
inline void add_line(log_table& logs, std::int64_t second, std::string_view service, std::string_view level,
                     std::string_view kind, std::string_view message, std::string_view region = "",
                     std::string_view trace = "") {
  logs.ts.push_back(at(second));
  logs.service.push_back(service);
  logs.region.push_back(region);
  logs.level.push_back(level);
  logs.error_kind.push_back(kind);
  logs.endpoint.push_back("");
  logs.latency_ms.push_back(std::numeric_limits<double>::quiet_NaN());
  logs.trace_id.push_back(trace);
  logs.user_id.push_back("");
  logs.message.push_back(message);
}

/// The table as a loader makes it of the same rows in another order: rows of one instant change places.
inline log_table shuffled_and_sorted(const log_table& logs, unsigned seed) {
  std::vector<std::size_t> rows(logs.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::mt19937 random{seed};
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random() % i]);
  std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return logs.ts[row]; });
  log_table out;
  for (const extra_column& extra : logs.extra) out.extra.push_back({.name = extra.name, .values = {}});
  for (const std::size_t row : rows) {
    out.ts.push_back(logs.ts[row]);
    out.service.push_back(logs.service[row]);
    out.region.push_back(logs.region[row]);
    out.level.push_back(logs.level[row]);
    out.error_kind.push_back(logs.error_kind[row]);
    out.endpoint.push_back(logs.endpoint[row]);
    out.latency_ms.push_back(logs.latency_ms[row]);
    out.trace_id.push_back(logs.trace_id[row]);
    out.user_id.push_back(logs.user_id[row]);
    out.message.push_back(logs.message[row]);
    for (std::size_t i = 0; i < out.extra.size(); ++i)
      out.extra[i].values.push_back(logs.extra[i].values[row]);
  }
  return out;
}

struct made_day {
  log_table logs;
  std::vector<change_event> events;
  std::vector<call_edge> topology;
  time_window window;  // of the incident; on a quiet day where it would have been
};

inline made_day load_day(const generate_options& options) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("stook_sre_logs_" + std::to_string(::getpid()));
  write_day(generate_day(options), folder);
  made_day day{.logs = load_logs(folder / "logs.csv").table,
               .events = load_events(folder / "events.csv").events,
               .topology = load_topology(folder / "topology.csv").calls,
               .window = {.from = at(892 * 60), .to = at(1'036 * 60)}};
  std::filesystem::remove_all(folder);
  return day;
}

}  // namespace stook::sre::testing
