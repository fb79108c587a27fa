#include <oncall/data/generate.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <oncall/data/loaders.hpp>
#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

#include "scratch_dir.hpp"

using namespace stook::sre;
using stook::timestamp;
using stook::sre::testing::scratch_dir;

namespace {

constexpr std::size_t first = 892, last = 1035;  // of the notebook that the day is modelled on

struct loaded_day {
  loaded_metrics metrics;
  loaded_logs logs;
  stook::json truth;
};

loaded_day load(const generated_day& day) {
  const scratch_dir scratch;
  write_day(day, scratch.path());
  return {.metrics = load_metrics(scratch.path() / "metrics.csv"),
          .logs = load_logs(scratch.path() / "logs.csv"),
          .truth = stook::parse_json(day.truth_json)};
}

struct level {
  double mean = 0, low = 0, high = 0;
};

level level_of(const metrics_table& table, std::string_view name, std::size_t from, std::size_t to) {
  const std::vector<double>& values = find_series(table, name)->values;
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(to);
  return {.mean = std::accumulate(begin, end, 0.0) / static_cast<double>(to - from),
          .low = *std::min_element(begin, end),
          .high = *std::max_element(begin, end)};
}

}  // namespace

TEST_CASE("the same seed gives the same bytes on every platform and compiler") {
  const generated_day day = generate_day();
  CHECK(stook::sha256_hex(day.metrics_csv) ==
        "aad73844e5581735914d58a690c17877b0ceb5218bbe1ae15b25b9751f8703b2");
  CHECK(stook::sha256_hex(day.logs_csv) ==
        "5107801642cc555479da492ce69b6f3123099913f3ae1be8fd920de51c87c57f");
  CHECK(stook::sha256_hex(day.events_csv) ==
        "9c51acb3600e8d3b2450945f3fbf57ac979f0cc0d4b33561e1c99cb894f48c1e");
  CHECK(stook::sha256_hex(day.topology_csv) ==
        "3085cdc2a0bd32adc9375fa553c0ea4afa0374c3d363cb5eaf7801804e3faf38");
  CHECK(stook::sha256_hex(day.truth_json) ==
        "ede634325dc1715d63cdb623d9eff1817d384b77b5d57d67264ca5aabfcbbcd2");
  CHECK(generate_day().logs_csv == day.logs_csv);
}

TEST_CASE("another seed gives another day with the same story") {
  const generated_day seven = generate_day({.seed = 7});
  const generated_day eight = generate_day({.seed = 8});
  CHECK(seven.metrics_csv != eight.metrics_csv);
  CHECK(seven.logs_csv != eight.logs_csv);
  CHECK(stook::parse_json(seven.truth_json).at("window") == stook::parse_json(eight.truth_json).at("window"));
}

TEST_CASE("a quiet day has the noise of its twin and no incident") {
  const loaded_day loud = load(generate_day({.seed = 3}));
  const loaded_day quiet = load(generate_day({.seed = 3, .quiet = true}));
  for (const metric_series& series : loud.metrics.table.series) {
    const auto& twin = find_series(quiet.metrics.table, series.name)->values;
    for (std::size_t i = 0; i < twin.size(); ++i) {
      CAPTURE(i);
      CHECK((series.values[i] == twin[i]) == (i < first || i > last));
    }
  }
  REQUIRE(quiet.logs.table.size() == loud.logs.table.size());
  const auto& ts = loud.logs.table.ts;
  for (std::size_t row = 0; row < ts.size(); ++row) {
    CHECK(quiet.logs.table.trace_id[row] == loud.logs.table.trace_id[row]);
    if (loud.logs.table.message[row] != quiet.logs.table.message[row]) {
      CHECK(ts[row] >= loud.metrics.table.ts[first]);
      CHECK(ts[row] < loud.metrics.table.ts[last] + std::chrono::seconds{61});
    }
  }
  CHECK(quiet.truth.at("kind") == "quiet");
  CHECK(quiet.truth.at("window").is_null());
  CHECK(quiet.truth.at("root_cause").is_null());
  CHECK(quiet.truth.at("services").as_array().empty());
}

TEST_CASE("the day starts where it is told to") {
  const timestamp start = stook::parse_timestamp("2025-11-12T04:34:03Z")->value;
  const loaded_day day = load(generate_day({.start = start}));
  CHECK(day.metrics.table.ts.front() == start);
  CHECK(day.logs.table.ts.front() >= start);
  CHECK(day.logs.table.ts.back() < start + std::chrono::hours{24});
  CHECK(day.truth.at("window").at("start") == "2025-11-12T19:26:03Z");
  CHECK(day.truth.at("window").at("end") == "2025-11-12T21:50:03Z");
}

TEST_CASE("a generated day loads without a single remark") {
  const loaded_day day = load(generate_day());
  CHECK(day.metrics.report.issues.empty());
  CHECK(day.logs.report.issues.empty());
  CHECK(day.metrics.table.ts.size() == 1'440);
  CHECK(day.logs.table.size() == 9'000);
  CHECK(day.logs.table.extra.empty());
}

TEST_CASE(
    "the events are harmless changes before the incident, and the topology is the path of the requests") {
  const scratch_dir scratch;
  write_day(generate_day(), scratch.path());
  const auto events = load_events(scratch.path() / "events.csv");
  REQUIRE(events.events.size() == 2);
  const timestamp onset = timestamp::from_seconds(1'768'435'200) + std::chrono::minutes{first};
  for (const change_event& event : events.events) {
    CHECK(event.ts < onset - std::chrono::hours{5});
    CHECK(event.service != "api-gateway");
    CHECK(event.service != "payments");
    CHECK(event.service != "db-proxy");
  }
  const auto topology = load_topology(scratch.path() / "topology.csv");
  CHECK(std::ranges::count(topology.calls, call_edge{"api-gateway", "payments"}) == 1);
  CHECK(std::ranges::count(topology.calls, call_edge{"payments", "db-proxy"}) == 1);
  CHECK(topology.report.issues.empty());
}

TEST_CASE("metrics of every seed are plausible and the incident stands out as in the notebook") {
  for (std::uint64_t seed = 0; seed <= 20; ++seed) {
    CAPTURE(seed);
    const scratch_dir scratch;
    const auto in = load_metrics(scratch.write("metrics.csv", generate_day({.seed = seed}).metrics_csv));
    const level p95 = level_of(in.table, "p95_ms", first, last + 1);
    CHECK(p95.mean == doctest::Approx(512).epsilon(0.01));
    CHECK(p95.high == doctest::Approx(737).epsilon(0.04));
    CHECK(p95.low > 260);
    const level errors = level_of(in.table, "error_rate", first, last + 1);
    CHECK(errors.high == doctest::Approx(0.076).epsilon(0.04));
    CHECK(errors.low > 0.02);
    for (const auto& [from, to] :
         {std::pair{std::size_t{0}, first}, std::pair{last + 1, std::size_t{1'440}}}) {
      const level usual = level_of(in.table, "p95_ms", from, to);
      CHECK(usual.mean == doctest::Approx(176).epsilon(0.05));
      CHECK(usual.high < 225);
      CHECK(usual.low > 130);
      const level usual_errors = level_of(in.table, "error_rate", from, to);
      CHECK(usual_errors.high < 0.01);
      CHECK(usual_errors.low >= 0);
      const level rps = level_of(in.table, "rps", from, to);
      CHECK(rps.low > 230);
      CHECK(rps.high < 610);
    }
    const level before = level_of(in.table, "rps", first - 30, first);
    const level at_the_end = level_of(in.table, "rps", last - 29, last + 1);
    CHECK(at_the_end.mean < before.mean - 80);
  }
}

TEST_CASE(
    "logs of every seed show the four kinds at the three services, in the window far above the rest of the "
    "day") {
  for (std::uint64_t seed = 0; seed <= 20; ++seed) {
    CAPTURE(seed);
    const loaded_day day = load(generate_day({.seed = seed}));
    const log_table& logs = day.logs.table;
    const timestamp start = day.metrics.table.ts[first];
    const timestamp end = day.metrics.table.ts[last + 1];
    std::map<std::string_view, std::int64_t> inside;
    std::int64_t loud_inside = 0, loud_outside = 0, pool_outside = 0, rows_inside = 0, pool_at_database = 0;
    std::set<std::string_view> services;
    for (std::size_t row = 0; row < logs.size(); ++row) {
      const bool in_window = logs.ts[row] >= start && logs.ts[row] < end;
      rows_inside += in_window ? 1 : 0;
      if (logs.level[row] == "INFO") {
        CHECK(logs.error_kind[row].empty());
        continue;
      }
      const bool pool = logs.error_kind[row] == "DBConnPoolExhausted";
      (in_window ? loud_inside : loud_outside) += 1;
      if (!in_window) {
        pool_outside += pool ? 1 : 0;
        continue;
      }
      if (!logs.error_kind[row].empty()) ++inside[logs.error_kind[row]];
      if (pool && logs.service[row] == "db-proxy") ++pool_at_database;
      services.insert(logs.service[row]);
    }
    CHECK(rows_inside > 780);
    CHECK(rows_inside < 1'020);
    CHECK(loud_inside > 170);
    CHECK(loud_inside < 330);
    CHECK(loud_outside < 330);
    CHECK(inside["UpstreamTimeout"] >= 35);
    CHECK(inside["DBConnPoolExhausted"] >= 25);
    CHECK(inside["CacheMissStorm"] >= 15);
    CHECK(inside["DeadlockDetected"] >= 6);
    CHECK(pool_outside < 20);
    CHECK(pool_at_database * 2 > inside["DBConnPoolExhausted"]);
    for (const char* service : {"api-gateway", "payments", "db-proxy"}) CHECK(services.contains(service));

    const auto& counts = day.truth.at("error_counts").as_object();
    CHECK(counts.size() == inside.size());
    for (const auto& [kind, count] : inside) CHECK(counts.at(kind) == count);
  }
}

TEST_CASE("the truth names the window that the bytes hold") {
  const loaded_day day = load(generate_day({.seed = 18'446'744'073'709'551'615ULL}));
  CHECK(day.truth.at("seed").to_number<std::uint64_t>() == 18'446'744'073'709'551'615ULL);
  CHECK(day.truth.at("kind") == "incident");
  const stook::json& window = day.truth.at("window");
  CHECK(window.at("first_sample") == 892);
  CHECK(window.at("last_sample") == 1035);
  CHECK(window.at("start").as_string() == to_string(day.metrics.table.ts[892]));
  CHECK(window.at("end").as_string() == to_string(day.metrics.table.ts[1036]));
}

TEST_CASE("the files are written byte for byte, and a place that cannot be written to is an error") {
  const scratch_dir scratch;
  const generated_day day = generate_day();
  write_day(day, scratch.path() / "new" / "dir");
  std::ifstream in(scratch.path() / "new" / "dir" / "logs.csv", std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == day.logs_csv);
  scratch.write("file", "in the way");
  CHECK_THROWS_AS(write_day(day, scratch.path() / "file"), stook::error);
}
