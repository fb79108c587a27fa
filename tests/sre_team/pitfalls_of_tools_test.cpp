// What went wrong in a well-known agent framework's incident tutorial: what its tools took and gave.

#include <oncall/tools/tools.hpp>

#include <string>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/team/rules.hpp>
#include <oncall/team/team.hpp>
#include <stook/core/json.hpp>

#include "stage.hpp"

using namespace stook;
using namespace stook::sre;
using stook::sre::test::has;
using stook::sre::test::question;
using stook::sre::test::usual_day;

namespace {

using calls = scripted_model;

const char* const detect_call = "detect_incident_window";

}  // namespace

TEST_CASE("pitfall 4: no model names a path, and an unknown run input is refused") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls("load_inputs", R"({"path":"path/to/metrics.csv"})"), calls::calls("load_inputs", "{}")});
  REQUIRE(results.size() == 2);
  CHECK(results[0].is_error());
  CHECK(has(results[0].text(), "path"));
  CHECK_FALSE(results[1].is_error());

  run_options unknown = test::fixed();
  unknown.state.emplace_back("metrics_csv_path", any_value::of<std::string>("metrics.csv"));
  const agent team = make_team(test::investigate(usual_day()));
  CHECK_THROWS_AS(team.run(question, unknown), error);
}

TEST_CASE("pitfall 5: instants with Z, with an offset and without a zone are the same window") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls("load_inputs", "{}"),
       calls::calls("log_pattern_scan", R"({"from":"2026-01-15T14:52:00Z","to":"2026-01-15T17:16:00Z"})"),
       calls::calls("log_pattern_scan", R"({"from":"2026-01-15T14:52:00","to":"2026-01-15 17:16"})"),
       calls::calls("log_pattern_scan",
                    R"({"from":"2026-01-15T16:52:00+02:00","to":"2026-01-15T19:16:00+02:00"})"),
       calls::calls("log_pattern_scan", R"({"from":"yesterday","to":"2026-01-15T17:16:00Z"})")});
  REQUIRE(results.size() == 5);
  const auto first_line = [](const message& m) { return m.text().substr(0, m.text().find('\n')); };
  CHECK_FALSE(results[1].is_error());
  CHECK(first_line(results[2]) == first_line(results[1]));
  CHECK(first_line(results[3]) == first_line(results[1]));
  CHECK(has(results[2].text(), "UTC"));
  CHECK(results[4].is_error());
  CHECK(has(results[4].text(), "2026-01-15T14:52:00Z"));
}

TEST_CASE("pitfall 11: results are JSON whose instants carry their zone") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls("load_inputs", "{}"), calls::calls(detect_call, "{}"),
       calls::calls("sql_investigate", R"({"query":"SELECT ts, rps FROM metrics LIMIT 1"})")});
  REQUIRE(results.size() == 3);
  for (const message& m : results) CHECK_NOTHROW(parse_json(m.text()));
  const json detection = parse_json(results[1].text());
  CHECK(detection.at("windows").at(0).at("start").as_string().ends_with("Z"));
  CHECK(parse_json(results[2].text()).at("rows").at(0).at(0).as_string().ends_with("Z"));
}

TEST_CASE("pitfall 12: loading and detecting, asked for in one turn and in the wrong order, both work") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls({{"a", detect_call, "{}"},
                     {"b", "sql_investigate", R"({"query":"SELECT count(*) AS n FROM logs"})"},
                     {"c", "load_inputs", "{}"}})});
  REQUIRE(results.size() == 3);
  for (const message& m : results) CHECK_MESSAGE(!m.is_error(), m.text());

  const auto alone = test::results_of(test::investigate(usual_day()), {calls::calls(detect_call, "{}")});
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].is_error());
  CHECK(has(alone[0].text(), "state_missing"));
}

TEST_CASE("pitfall 13: SQL only reads, and its rows are capped") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls("load_inputs", "{}"), calls::calls("sql_investigate", R"({"query":"DROP TABLE logs"})"),
       calls::calls("sql_investigate", R"({"query":"ATTACH 'x.db' AS x"})"),
       calls::calls("sql_investigate", R"({"query":"SELECT * FROM logs","limit":30})"),
       calls::calls("sql_investigate", R"({"query":"SELECT * FROM logs","limit":9000})")});
  REQUIRE(results.size() == 5);
  CHECK(results[1].is_error());
  CHECK(results[2].is_error());
  const sql_report capped = read_result<sql_report>(results[3].text());
  CHECK(capped.rows.size() == 30);
  CHECK(capped.truncated);
  CHECK(results[4].is_error());
}

TEST_CASE("pitfall 14: what went wrong is a failure with a hint, not a result that looks fine") {
  const auto results = test::results_of(
      test::investigate(usual_day()),
      {calls::calls("load_inputs", "{}"), calls::calls(detect_call, R"({"metric":"latency"})"),
       calls::calls("sql_investigate", R"({"query":"SELECT nothing FROM nowhere"})"),
       calls::calls("log_pattern_scan", R"({"from":"2020-01-01T00:00:00Z","to":"2020-01-02T00:00:00Z"})")});
  REQUIRE(results.size() == 4);
  for (std::size_t i = 1; i < results.size(); ++i) CHECK(results[i].is_error());
  CHECK(has(results[1].text(), "p95_ms"));
  CHECK(has(results[3].text(), "2026-01-15"));
}
