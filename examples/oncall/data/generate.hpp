#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <stook/core/time.hpp>

namespace stook::sre {

/// What `generate_day` makes.
struct generate_options {
  std::uint64_t seed = 7;
  bool quiet = false;  ///< the same noise without the incident
  /// The first sample; the day is the 24 hours from here. Default: 2026-01-15T00:00:00Z.
  timestamp start = timestamp::from_seconds(1'768'435'200);
};

/// The files of a day, byte for byte.
struct generated_day {
  std::string metrics_csv;   ///< ts,rps,p95_ms,error_rate: 1,440 rows, one a minute
  std::string logs_csv;      ///< 9,000 rows in ascending order of time
  std::string events_csv;    ///< two harmless changes before the incident
  std::string topology_csv;  ///< who calls whom
  std::string truth_json;    ///< what happened and when; for tests, never an input of an investigation
};

/// A made-up day of a web shop. Over a tenth of it, beginning at 62 %, the connection pool of db-proxy runs
/// out: p95 and error rate jump and go on rising, throughput falls, and api-gateway, payments and db-proxy,
/// the path of the requests that reach the database, log UpstreamTimeout, DBConnPoolExhausted,
/// DeadlockDetected and CacheMissStorm, which occur now and then on any day. Then it is over at once. The
/// seed changes the noise, not the story; the same options give the same bytes. Thread-safe.
///
/// truth.json: `kind` is "incident" or "quiet"; `window` is null on a quiet day, else half-open, [start,
/// end); `error_counts` counts the WARN and ERROR rows in it by kind.
generated_day generate_day(const generate_options& options = {});

/// Writes metrics.csv, logs.csv, events.csv, topology.csv and truth.json into a directory, which it creates
/// if need be; files of these names are replaced. Throws `error` (`output_write`) if that fails.
void write_day(const generated_day& day, const std::filesystem::path& directory);

}  // namespace stook::sre
