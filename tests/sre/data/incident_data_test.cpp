#include <oncall/data/incident_data.hpp>

#include <doctest/doctest.h>

#include <oncall/data/generate.hpp>
#include <stook/core/error.hpp>

#include "scratch_dir.hpp"

using namespace stook::sre;
using stook::sre::testing::scratch_dir;

namespace {

std::int64_t count(stook::sqlite::database& db, std::string_view sql) {
  auto query = db.prepare(sql);
  REQUIRE(query.step());
  return query.integer(0);
}

std::string text(stook::sqlite::database& db, std::string_view sql) {
  auto query = db.prepare(sql);
  REQUIRE(query.step());
  return std::string{query.text(0)};
}

input_files files_in(const scratch_dir& scratch) {
  return {.metrics = scratch.path() / "metrics.csv",
          .logs = scratch.path() / "logs.csv",
          .events = scratch.path() / "events.csv",
          .topology = scratch.path() / "topology.csv"};
}

}  // namespace

TEST_CASE("the generated day is in memory and in the tables alike") {
  const scratch_dir scratch;
  write_day(generate_day(), scratch.path());
  incident_data data = load_incident(files_in(scratch), {.read = {.digest = true}});
  auto& db = data.database;
  CHECK(count(db, "SELECT count(*) FROM metrics") == 1'440);
  CHECK(count(db, "SELECT count(*) FROM logs") == 9'000);
  CHECK(count(db, "SELECT count(*) FROM events") == 2);
  CHECK(count(db, "SELECT count(*) FROM topology") == 5);
  CHECK(data.events.size() == 2);
  CHECK(data.topology.size() == 5);
  REQUIRE(data.reports.size() == 4);
  for (const input_report& report : data.reports) {
    CHECK(report.issues.empty());
    CHECK(report.sha256.size() == 64);
  }

  auto metrics = db.prepare("SELECT ts, ts_us, rps, p95_ms, error_rate FROM metrics ORDER BY ts");
  for (std::size_t row = 0; metrics.step(); ++row) {
    CHECK(metrics.text(0) == to_string(data.metrics.ts[row]));
    CHECK(metrics.integer(1) == data.metrics.ts[row].micros());
    for (int column = 0; column < 3; ++column) {
      CHECK(metrics.real(2 + column) == data.metrics.series[static_cast<std::size_t>(column)].values[row]);
    }
  }

  auto logs = db.prepare(
      "SELECT ts, ts_us, service, region, level, error_kind, endpoint, latency_ms, trace_id, user_id, "
      "message "
      "FROM logs ORDER BY rowid");
  std::size_t different = 0;
  for (std::size_t row = 0; logs.step(); ++row) {
    const log_table& t = data.logs;
    const bool same = stook::parse_timestamp(logs.text(0))->value.seconds() == t.ts[row].seconds() &&
                      logs.integer(1) == t.ts[row].micros() && logs.text(2) == t.service[row] &&
                      logs.text(3) == t.region[row] && logs.text(4) == t.level[row] &&
                      logs.text(5) == t.error_kind[row] && logs.null(5) == t.error_kind[row].empty() &&
                      logs.text(6) == t.endpoint[row] && logs.real(7) == t.latency_ms[row] &&
                      logs.text(8) == t.trace_id[row] && logs.text(9) == t.user_id[row] &&
                      logs.text(10) == t.message[row];
    different += same ? 0 : 1;
  }
  CHECK(different == 0);
}

TEST_CASE("every way to ask for rows with an error kind finds the same rows") {
  const scratch_dir scratch;
  write_day(generate_day(), scratch.path());
  incident_data data = load_incident({.logs = scratch.path() / "logs.csv"});
  auto& db = data.database;
  const std::int64_t with_kind = count(db, "SELECT count(*) FROM logs WHERE error_kind IS NOT NULL");
  CHECK(with_kind > 0);
  CHECK(with_kind < 9'000);
  CHECK(count(db, "SELECT count(*) FROM logs WHERE error_kind <> ''") == with_kind);
  CHECK(count(db, "SELECT count(error_kind) FROM logs") == with_kind);
  CHECK(count(db, "SELECT count(*) FROM logs WHERE length(error_kind) > 0") == with_kind);
}

TEST_CASE("text compares as time, to the second, whatever the fraction") {
  const scratch_dir scratch;
  const auto file = scratch.write("logs.csv",
                                  "ts,message\n2026-01-02T03:04:59.999Z,a\n2026-01-02T03:05:00Z,b\n"
                                  "1969-12-31T23:59:59.5Z,c\n2026-01-02T05:05:00.25+02:00,d\n");
  incident_data data = load_incident({.logs = file});
  auto& db = data.database;
  CHECK(text(db, "SELECT group_concat(ts) FROM (SELECT ts FROM logs ORDER BY ts_us)") ==
        "1969-12-31T23:59:59Z,2026-01-02T03:04:59Z,2026-01-02T03:05:00Z,2026-01-02T03:05:00Z");
  CHECK(count(db, "SELECT ts_us FROM logs WHERE message = 'c'") == -500'000);
  CHECK(count(db, "SELECT count(*) FROM logs WHERE ts >= '2026-01-02T03:05:00Z'") == 2);
}

TEST_CASE("searches by time use an index") {
  const scratch_dir scratch;
  write_day(generate_day(), scratch.path());
  incident_data data = load_incident(files_in(scratch));
  for (const char* sql : {"SELECT * FROM logs WHERE ts > 'x'", "SELECT * FROM logs WHERE ts_us > 1",
                          "SELECT * FROM metrics WHERE ts > 'x'", "SELECT * FROM metrics WHERE ts_us > 1"}) {
    CAPTURE(sql);
    auto plan = data.database.prepare(std::string("EXPLAIN QUERY PLAN ") + sql);
    REQUIRE(plan.step());
    CHECK(plan.text(3).starts_with("SEARCH"));
  }
}

TEST_CASE("a question may cost more where there is more to ask") {
  const auto limits_with = [](int rows) {
    stook::sqlite::database db = stook::sqlite::database::memory();
    db.exec("CREATE TABLE logs(message TEXT)");
    stook::sqlite::statement add = db.prepare("INSERT INTO logs VALUES (?)");
    for (int i = 0; i < rows; ++i) {
      const std::string message(1'000, 'x');
      add.bind_all(message);
      add.run();
    }
    return limits_of_question(db);
  };
  const auto few = limits_with(1), many = limits_with(2'000);
  const stook::sqlite::readonly_options usual;
  CHECK(few.heap_bytes < usual.heap_bytes + 100'000);
  CHECK(many.heap_bytes > usual.heap_bytes + 2'000'000);
  CHECK(many.deadline >= usual.deadline + std::chrono::milliseconds{20});
}

TEST_CASE("missing samples are NULL and columns of any name are kept") {
  const scratch_dir scratch;
  const auto metrics = scratch.write("metrics.csv",
                                     "ts,\"a \"\"b\"\"; DROP TABLE logs\",select\n2026-01-02T00:00:00Z,1,2\n"
                                     "2026-01-02T00:01:00Z,,4\n");
  const auto logs = scratch.write("logs.csv", "ts,message,Pod Name\n2026-01-02T00:00:00Z,,web-1\n");
  incident_data data = load_incident({.metrics = metrics, .logs = logs});
  CHECK(count(data.database, "SELECT count(*) FROM metrics WHERE \"a \"\"b\"\"; DROP TABLE logs\" IS NULL") ==
        1);
  CHECK(count(data.database, "SELECT sum(\"select\") FROM metrics") == 6);
  CHECK(text(data.database, "SELECT \"Pod Name\" FROM logs WHERE message IS NULL") == "web-1");
}

TEST_CASE("files that are not given leave their tables empty") {
  const scratch_dir scratch;
  incident_data data = load_incident({.topology = scratch.write("topology.csv", "caller,callee\nweb,db\n")});
  CHECK(data.reports.size() == 1);
  for (const char* table : {"metrics", "logs", "events"}) {
    CHECK(count(data.database, std::string("SELECT count(*) FROM ") + table) == 0);
  }
  CHECK_THROWS_AS(load_incident({}), stook::error);
}

TEST_CASE("the database may be a new file, and nothing that is there is overwritten") {
  const scratch_dir scratch;
  write_day(generate_day(), scratch.path());
  const auto file = scratch.path() / "day.db";
  load_incident(files_in(scratch), {.database = file});
  auto reopened = stook::sqlite::database::open(file);
  CHECK(count(reopened, "SELECT count(*) FROM logs") == 9'000);
  CHECK_THROWS_WITH_AS(load_incident(files_in(scratch), {.database = file}),
                       doctest::Contains("new or empty file"), stook::error);
}

TEST_CASE("a file with more columns than a table may have is refused and the limit named") {
  const scratch_dir scratch;
  std::string header = "ts,message";
  for (int i = 0; i < 200; ++i) header += ",extra_" + std::to_string(i);
  CHECK_THROWS_WITH_AS(load_incident({.logs = scratch.write("logs.csv", header + "\n")}),
                       doctest::Contains("202 columns, the limit is 80"), stook::error);
}
