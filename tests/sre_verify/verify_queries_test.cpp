#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <oncall/postmortem/render.hpp>

#include <stook/core/codec.hpp>

#include "changed_document.hpp"

using namespace stook_test;

TEST_CASE("queries of a document run under the lockdown of the tools") {
  written_day day;
  postmortem document = day.investigate();
  evidence_item& asked = evidence_by(document, "sql_investigate");
  for (const char* query : {"DELETE FROM logs", "ATTACH '/tmp/stook_verify.db' AS x", "SELECT 1; SELECT 2",
                            "PRAGMA user_version", "SELECT load_extension('x')", "SELECT datetime( 'NOW' )",
                            "SELECT date ( )", "SELECT random()", "SELECT * FROM sqlite_schema", "no SQL"}) {
    CAPTURE(query);
    asked.query = query;
    const verification outcome = day.verify_anew(document);
    const auto problem = problem_of(outcome, "evidence[4]");
    REQUIRE(problem);
    CHECK(problem->evidence == evidence_ids{"E5"});
    CHECK(has(problem->data_say, "cannot be run again"));
  }
}

TEST_CASE("a query without an end is ended, and all of them share one time") {
  written_day day;
  postmortem document = day.investigate();
  const char* endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  evidence_item one = evidence_by(document, "sql_investigate");
  for (int i = 0; i < 100; ++i) {
    one.id = fmt::format("E{}", document.evidence.size() + 1);
    one.query = fmt::format("{} -- {}", endless, i);
    document.evidence.push_back(one);
  }
  investigation fresh({.files = day.files.files()});
  fresh.load();
  const auto start = std::chrono::steady_clock::now();
  const verification outcome = verify(document, fresh, {.wall = std::chrono::milliseconds(500)});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  REQUIRE(problem_of(outcome, "evidence[60]"));
  CHECK(has(problem_of(outcome, "evidence[60]")->data_say, "the time for all queries"));
}

TEST_CASE("queries that are none of their tool are told as such") {
  written_day day;
  const postmortem whole = day.investigate();
  const std::pair<const char*, const char*> wrong[] = {
      {"detect_incident_window", R"({"metric":"latency"})"},
      {"detect_incident_window", R"({"metric":7})"},
      {"detect_incident_window", "{"},
      {"log_pattern_scan", "{}"},
      {"log_pattern_scan", R"({"from":"2020-01-01T00:00:00Z","to":"2020-01-02T00:00:00Z"})"},
      {"log_pattern_scan", R"({"from":"9999-01-01T00:00:00Z"})"},
      {"rank_causes", R"({"from":"2026-01-15T17:16:00Z","to":"2026-01-15T14:52:00Z"})"},
      {"rank_causes", R"({"from":"2026-01-15T14:52:00Z","missing_share":7})"},
      {"measure_impact", "{}"},
      {"list_changes", R"({"start":"2026-01-15T17:16:00Z","end":"2026-01-15T14:52:00Z"})"},
      {"list_changes", R"([])"}};
  for (const auto& [tool, query] : wrong) {
    CAPTURE(tool);
    CAPTURE(query);
    postmortem document = whole;
    evidence_by(document, tool).query = query;
    const verification outcome = day.verify_anew(document);
    CHECK(has(to_text(outcome, 1'000), "cannot be run again"));
  }
  postmortem document = whole;
  document.evidence[0].tool = "curl";
  CHECK(has(to_text(day.verify_anew(document), 1'000), "there is no tool curl"));
}

TEST_CASE("an investigation drops a draft that would not verify, and says why") {
  written_day day;
  postmortem& document = day.investigate();
  SUBCASE("a fault in the document") { document.incidents[0].impact.failed_requests.value += 1; }
  SUBCASE("a fault in the evidence") { document.evidence[2].result.at("error_lines") = 1; }
  const auto why = drop_unverified(*day.about);
  REQUIRE(why);
  CHECK(why->code == "postmortem_unverified");
  CHECK(has(why->message, "the data say"));
  CHECK_FALSE(day.about->document);
  CHECK_FALSE(drop_unverified(*day.about));
}

TEST_CASE("verifying changes nothing of the investigation") {
  written_day day;
  const postmortem& document = day.investigate();
  const std::string evidence = to_json_lines(day.about->evidence());
  const std::string text = to_json_document(document);
  CHECK(verify(document, *day.about).holds);
  CHECK(to_json_lines(day.about->evidence()) == evidence);
  CHECK(to_json_document(*day.about->document) == text);
}
