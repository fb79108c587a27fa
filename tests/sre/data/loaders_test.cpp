#include <oncall/data/loaders.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <oncall/data/csv_writer.hpp>
#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>

#include "scratch_dir.hpp"

using namespace stook::sre;
using stook::timestamp;
using stook::sre::testing::scratch_dir;

namespace {

loaded_metrics metrics(std::string_view text) {
  const scratch_dir scratch;
  return load_metrics(scratch.write("metrics.csv", text));
}

loaded_logs logs(std::string_view text) {
  const scratch_dir scratch;
  return load_logs(scratch.write("logs.csv", text));
}

timestamp at(std::string_view text) { return stook::parse_timestamp(text)->value; }

/// The lines that are kept in the report for an issue.
std::vector<std::uint64_t> lines_of(const input_report& report, input_issue issue) {
  std::vector<std::uint64_t> lines;
  for (const issue_group& group : report.issues) {
    if (group.issue != issue) continue;
    for (const issue_detail& detail : group.first) lines.push_back(detail.line);
  }
  return lines;
}

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("metrics of any numeric columns load as series of one time axis") {
  const std::string text =
      "ts,rps,p95_ms,error_rate\n2026-01-02T00:00:00Z,420.5,180,0.006\n2026-01-02T00:01:00Z,+421,1.8e2,-0\n";
  const auto in = metrics(text);
  REQUIRE(in.table.series.size() == 3);
  CHECK(in.table.series[1].name == "p95_ms");
  CHECK(in.table.series[0].values == std::vector<double>{420.5, 421});
  CHECK(in.table.series[1].values == std::vector<double>{180, 180});
  CHECK(in.table.ts == std::vector{at("2026-01-02T00:00:00Z"), at("2026-01-02T00:01:00Z")});
  CHECK(in.report.rows == 2);
  CHECK(in.report.lines == 3);
  CHECK(in.report.sha256.empty());
  CHECK(in.report.bytes == text.size());
  CHECK(in.report.first == at("2026-01-02T00:00:00Z"));
  CHECK(in.report.last == at("2026-01-02T00:01:00Z"));
  CHECK(in.report.issues.empty());
}

TEST_CASE("every spelling of an instant is read, and assumptions are noted") {
  const auto in = metrics(
      "ts,x\n2026-01-02T01:00:00+01:00,1\n2026-01-02 00:01:00,2\n1767312120,3\n1767312180000,4\n"
      "1767312240000000,5\n2026-01-01T18:05:00.000-06:00,6\n");
  REQUIRE(in.table.ts.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(in.table.ts[i] == at("2026-01-02T00:00:00Z") + std::chrono::minutes{i});
  }
  CHECK(lines_of(in.report, input_issue::no_zone) == numbers{3});
  CHECK(lines_of(in.report, input_issue::unix_time) == numbers{4, 5, 6});
}

TEST_CASE("what is no instant costs the line") {
  const auto in =
      metrics("ts,x\n2026-01-02T00:00:00Z,1\nyesterday,2\n,3\n2026-02-30,4\n17673121,5\n-767312120,6\n");
  CHECK(in.table.ts.size() == 1);
  CHECK(lines_of(in.report, input_issue::bad_timestamp) == numbers{3, 4, 5, 6, 7});
  CHECK(in.report.issues[0].first[0].text == "yesterday");
}

TEST_CASE("unsorted rows are sorted and the late ones named") {
  const auto in = metrics(
      "ts,x\n2026-01-02T00:03:00Z,3\n2026-01-02T00:01:00Z,1\n2026-01-02T00:00:00Z,0\n2026-01-02T00:02:00Z,"
      "2\n");
  CHECK(in.table.series[0].values == std::vector<double>{0, 1, 2, 3});
  CHECK(std::ranges::is_sorted(in.table.ts));
  CHECK(lines_of(in.report, input_issue::out_of_order) == numbers{3, 4});
  CHECK(in.report.count(input_issue::gap) == 0);
}

TEST_CASE("of two samples for one instant the first in the file stays") {
  const auto in = metrics(
      "ts,x\n2026-01-02T00:01:00Z,1\n2026-01-02T00:00:00Z,0\n2026-01-02T01:01:00+01:00,9\n2026-01-02T00:02:"
      "00Z,2\n");
  CHECK(in.table.series[0].values == std::vector<double>{0, 1, 2});
  CHECK(lines_of(in.report, input_issue::duplicate_timestamp) == numbers{4});
  CHECK(in.report.rows == 3);
  CHECK(in.report.rejected() == 1);
}

TEST_CASE("gaps are measured by the usual step") {
  const auto in = metrics(
      "ts,x\n2026-01-02T00:00:00Z,1\n2026-01-02T00:01:00Z,1\n2026-01-02T00:02:01Z,1\n2026-01-02T00:12:00Z,1\n"
      "2026-01-02T00:13:00Z,1\n");
  REQUIRE(in.report.gaps.size() == 1);
  CHECK(in.report.gaps[0].from == at("2026-01-02T00:02:01Z"));
  CHECK(in.report.gaps[0].to == at("2026-01-02T00:12:00Z"));
  CHECK(in.report.gaps[0].missing == 9);
  CHECK(lines_of(in.report, input_issue::gap) == numbers{5});
}

TEST_CASE("a cell that is empty or no number is missing, named, and spares the row") {
  const auto in = metrics(
      "ts,x,y\n2026-01-02T00:00:00Z,,1\n2026-01-02T00:01:00Z,NaN,2\n2026-01-02T00:02:00Z,12ms,3\n"
      "2026-01-02T00:03:00Z,inf,4\n2026-01-02T00:04:00Z,1e999,5\n2026-01-02T00:05:00Z,\"1,5\",6\n"
      "2026-01-02T00:06:00Z,0x10,7\n2026-01-02T00:07:00Z,8,\n");
  CHECK(in.table.series[1].values[3] == 4);
  for (std::size_t row = 0; row < 7; ++row) CHECK(std::isnan(in.table.series[0].values[row]));
  CHECK(in.table.series[0].values[7] == 8);
  CHECK(lines_of(in.report, input_issue::missing_value) == numbers{2, 3, 9});
  CHECK(lines_of(in.report, input_issue::bad_number) == numbers{4, 5, 6, 7, 8});
  CHECK(in.report.rejected() == 0);
}

TEST_CASE("a column without numbers is left out and named once") {
  const auto in =
      metrics("ts,host,x,ts_us\n2026-01-02T00:00:00Z,web-1,1,5\n2026-01-02T00:01:00Z,web-1,2,5\n");
  REQUIRE(in.table.series.size() == 1);
  CHECK(in.table.series[0].name == "x");
  CHECK(in.report.count(input_issue::ignored_column) == 2);
  CHECK(in.report.count(input_issue::bad_number) == 0);
}

TEST_CASE("an unterminated quote among metrics does not swallow rows even if another one ends it") {
  const auto in = metrics(
      "ts,x\n2026-01-02T00:00:00Z,\"5\n2026-01-02T00:01:00Z,6\n2026-01-02T00:02:00Z,7\"\n2026-01-02T00:03:"
      "00Z,8\n");
  REQUIRE(in.table.series[0].values.size() == 3);
  CHECK(in.table.series[0].values[0] == 6);
  CHECK(std::isnan(in.table.series[0].values[1]));
  CHECK(lines_of(in.report, input_issue::unterminated_quote) == numbers{2});
  CHECK(lines_of(in.report, input_issue::bad_number) == numbers{4});
}

TEST_CASE("metrics without a usable row or column say what was expected and why nothing was") {
  CHECK_THROWS_WITH_AS(metrics("ts,x\n"), doctest::Contains("expected rows below the header"), stook::error);
  CHECK_THROWS_WITH_AS(metrics("ts,x\nsoon,1\n"), doctest::Contains("line 2: no ISO-8601 instant"),
                       stook::error);
  CHECK_THROWS_WITH_AS(metrics("ts,x\n2026-01-02T00:00:00Z,web\n"),
                       doctest::Contains("expected a column of numbers"), stook::error);
  CHECK_THROWS_WITH_AS(metrics("2026-01-02T00:00:00Z,1\n2026-01-02T00:01:00Z,2\n"),
                       doctest::Contains("this looks like data"), stook::error);
}

TEST_CASE("logs load with every column in its place, whatever the order of the header") {
  const auto in = logs(
      "message,ts,service,region,level,error_kind,endpoint,latency_ms,trace_id,user_id,pod\n"
      "\"pool, "
      "full\",2026-01-02T00:00:00.250Z,db-proxy,eu,ERROR,DBConnPoolExhausted,/pay,1204.5,abc,u1,db-7\n"
      ",2026-01-02T00:00:01Z,,,,,,,,,\n");
  const log_table& t = in.table;
  REQUIRE(t.size() == 2);
  CHECK(t.message[0] == "pool, full");
  CHECK(t.ts[0] == at("2026-01-02T00:00:00.250Z"));
  CHECK(t.service[0] == "db-proxy");
  CHECK(t.region[0] == "eu");
  CHECK(t.level[0] == "ERROR");
  CHECK(t.error_kind[0] == "DBConnPoolExhausted");
  CHECK(t.endpoint[0] == "/pay");
  CHECK(t.latency_ms[0] == 1204.5);
  CHECK(t.trace_id[0] == "abc");
  CHECK(t.user_id[0] == "u1");
  REQUIRE(t.extra.size() == 1);
  CHECK(t.extra[0].name == "pod");
  CHECK(t.extra[0].values[0] == "db-7");
  CHECK(std::isnan(t.latency_ms[1]));
  CHECK(t.error_kind[1].empty());
}

TEST_CASE("logs need ts and message and nothing else") {
  const auto in = logs("ts,message\n2026-01-02T00:00:00Z,hello\n");
  CHECK(in.table.service.size() == 1);
  CHECK(in.table.latency_ms.size() == 1);
  CHECK_THROWS_WITH_AS(logs("ts,service\n"), doctest::Contains("a column message, found: ts,service"),
                       stook::error);
}

TEST_CASE("logs are sorted stably in every column") {
  const auto in = logs(
      "ts,message,service,latency_ms,pod\n2026-01-02T00:00:02Z,c,s3,3,p3\n2026-01-02T00:00:01Z,a,s1,1,p1\n"
      "2026-01-02T00:00:01Z,b,s2,2,p2\n");
  const log_table& t = in.table;
  REQUIRE(t.size() == 3);
  for (std::size_t row = 0; row < 3; ++row) {
    CHECK(t.message[row] == std::string(1, static_cast<char>('a' + row)));
    CHECK(t.service[row] == fmt::format("s{}", row + 1));
    CHECK(t.latency_ms[row] == static_cast<double>(row + 1));
    CHECK(t.extra[0].values[row] == fmt::format("p{}", row + 1));
  }
  CHECK(lines_of(in.report, input_issue::out_of_order) == numbers{3});
}

TEST_CASE("a file of many rows, short ones first, loads to the last") {
  constexpr std::size_t count = 12'000;
  std::string text = "ts,message,service,note\n";
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("{},message {},{},{}\n",
                        to_string(timestamp::from_seconds(1'768'000'000 + static_cast<std::int64_t>(i))),
                        std::string(i / 100, 'm'), i % 2 == 0 ? "web" : "db", i);
  }
  const loaded_logs in = logs(text);
  REQUIRE(in.table.size() == count);
  CHECK(in.report.rows == count);
  std::size_t different = 0;
  for (std::size_t i = 0; i < count; ++i) {
    different += in.table.ts[i].seconds() != 1'768'000'000 + static_cast<std::int64_t>(i) ||
                 in.table.message[i].size() != 8 + i / 100 - (i < 100 ? 1 : 0) ||
                 in.table.service[i] != (i % 2 == 0 ? "web" : "db") ||
                 in.table.extra[0].values[i] != std::to_string(i);
  }
  CHECK(different == 0);
}

TEST_CASE("equal log rows are both kept and noted, rows that differ are not noted") {
  const auto in = logs(
      "ts,message,service\n2026-01-02T00:00:01Z,a,x\n2026-01-02T00:00:01Z,b,x\n2026-01-02T01:00:01+01:00,a,"
      "x\n"
      "2026-01-02T00:00:01Z,ax,\n2026-01-02T00:00:02Z,a,x\n");
  CHECK(in.table.size() == 5);
  CHECK(lines_of(in.report, input_issue::duplicate_row) == numbers{4});
}

TEST_CASE("equal log rows are named by their lines in the file, whatever stands between them") {
  const auto in = logs(
      "ts,message,service,latency_ms,host\n2026-01-02T00:00:02Z,a,x,1,h\n2026-01-02T00:00:01Z,\"b\nb\",x,1,"
      "h\n"
      "soon,b,x,1,h\n2026-01-02T00:00:02Z,a,x,1,h\n2026-01-02T00:00:02Z,a,x,2,h\n"
      "2026-01-02T00:00:02Z,a,x,1,i\n2026-01-02T00:00:01Z,\"b\nb\",x,1.0,h\n");
  CHECK(in.table.size() == 6);
  CHECK(lines_of(in.report, input_issue::duplicate_row) == numbers{9, 6});
  CHECK(lines_of(in.report, input_issue::out_of_order) == numbers{3, 9});
}

TEST_CASE("a latency that is no number is missing and named") {
  const auto in = logs("ts,message,latency_ms\n2026-01-02T00:00:01Z,a,fast\n2026-01-02T00:00:02Z,b,\n");
  CHECK(std::isnan(in.table.latency_ms[0]));
  CHECK(lines_of(in.report, input_issue::bad_number) == numbers{2});
}

TEST_CASE("events and topology load, may be empty, and name rows that lack a field") {
  const scratch_dir scratch;
  const auto events = load_events(scratch.write(
      "events.csv",
      "ts,kind,service,detail\n2026-01-02T02:00:00Z,deploy,catalog,v2\n2026-01-02T01:00:00Z,config,,\n"
      "2026-01-02T03:00:00Z,,x,y\nsoon,deploy,x,y\n"));
  REQUIRE(events.events.size() == 2);
  CHECK(events.events[0] == change_event{at("2026-01-02T01:00:00Z"), "config", "", ""});
  CHECK(events.events[1] == change_event{at("2026-01-02T02:00:00Z"), "deploy", "catalog", "v2"});
  CHECK(lines_of(events.report, input_issue::missing_field) == numbers{4});
  CHECK(lines_of(events.report, input_issue::bad_timestamp) == numbers{5});
  CHECK(load_events(scratch.write("none.csv", "ts,kind\n")).events.empty());
  CHECK_THROWS_AS(load_events(scratch.write("bad.csv", "ts,kind\nsoon,deploy\n")), stook::error);

  const auto topology =
      load_topology(scratch.write("topology.csv", "caller,callee\nweb,pay\nweb,pay\npay,\npay,db\n"));
  CHECK(topology.calls == std::vector<call_edge>{{"web", "pay"}, {"web", "pay"}, {"pay", "db"}});
  CHECK(lines_of(topology.report, input_issue::duplicate_row) == numbers{3});
  CHECK(lines_of(topology.report, input_issue::missing_field) == numbers{4});
}

TEST_CASE("whatever is written as CSV loads as it was") {
  std::mt19937_64 random{20260115};
  const auto below = [&](std::uint64_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string_view pieces[] = {
      "a", "\"", "\"\"", ",",     "\n", "\r\n", "\r", " ", "\t", "caf\xC3\xA9", "2026-01-02T00:00:00Z",
      "'", ";",  "\\",   "=cmd()"};
  const auto word = [&] {
    std::string out;
    for (std::size_t i = below(6); i > 0; --i) out += pieces[below(std::size(pieces))];
    return out;
  };
  const scratch_dir scratch;
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    std::string text = "ts,message,service,note\n";
    std::vector<std::array<std::string, 3>> expected;
    const std::size_t rows = 1 + below(20);
    for (std::size_t row = 0; row < rows; ++row) {
      expected.push_back({word(), word(), word()});
      text += to_string(at("2026-01-02T00:00:00Z") + std::chrono::seconds{row});
      for (const std::string& field : expected.back()) {
        text += ',';
        append_csv_field(text, field);
      }
      text += '\n';
    }
    const auto in = load_logs(scratch.write("logs.csv", text));
    REQUIRE(in.table.size() == rows);
    CHECK(in.report.rejected() == 0);
    for (std::size_t row = 0; row < rows; ++row) {
      CHECK(in.table.message[row] == expected[row][0]);
      CHECK(in.table.service[row] == expected[row][1]);
      CHECK(in.table.extra[0].values[row] == expected[row][2]);
    }
  }
}

TEST_CASE("every line of a damaged file is the header, kept, blank or counted as rejected") {
  std::mt19937_64 random{7};
  const auto below = [&](std::uint64_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string_view damage[] = {"\"", ",",    "\n",   "\n\n", "x", "\xFF", std::string_view{"\0", 1},
                                     "\r", "\"\"", "\",\""};
  const scratch_dir scratch;
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    std::string body;
    for (int i = 0; i < 40; ++i) {
      body += to_string(at("2026-01-02T00:00:00Z") + std::chrono::minutes{i}) + ",1.5,2.5\n";
    }
    for (std::size_t hits = 1 + below(12); hits > 0; --hits) {
      body.insert(below(body.size()), damage[below(std::size(damage))]);
    }
    const auto in = load_metrics(scratch.write("metrics.csv", "ts,x,y\n" + body));
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(body, '\n')) + 1;
    CHECK(in.report.lines == lines);
    CHECK(in.report.rows + in.report.rejected() + in.report.count(input_issue::blank_line) + 1 == lines);
    CHECK(in.report.rows == in.table.ts.size());
    CHECK(in.report.rows >= 40 - 12);
  }
}
