#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>

#include <oncall/team/rules.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/digest.hpp>

#include "changed_document.hpp"

using namespace stook_test;

TEST_CASE("a number in a sentence is found, with what the data say in its place") {
  written_day day;
  postmortem document = day.investigate();
  std::string& text = document.incidents[0].summary[1].text;
  const std::string before = text;
  text.replace(text.find("162,015"), 7, "162,016");
  const verification outcome = day.verify_anew(document);
  CHECK_FALSE(outcome.holds);
  const auto problem = problem_of(outcome, "incidents[0].summary[1].text");
  REQUIRE(problem);
  CHECK(problem->evidence == document.incidents[0].summary[1].evidence);
  CHECK(problem->document_says == text);
  CHECK(problem->data_say == before);
  CHECK(has(to_text(outcome), "the document says: " + text));
}

TEST_CASE("a number of nobody is found in a document that a model has signed") {
  written_day day;
  postmortem document = day.investigate("some model");
  document.incidents[0].contributing_factors.back().text = "payments logged 4,711 errors";
  const verification outcome = day.verify_anew(document);
  REQUIRE(outcome.problems.size() == 1);
  CHECK(has(outcome.problems[0].claim, "contributing_factors"));
  CHECK(has(outcome.problems[0].document_says, "4,711"));
}

TEST_CASE("a result that was changed is found, also with a digest and a claim that fit it") {
  written_day day;
  postmortem document = day.investigate();
  evidence_item& scan = evidence_by(document, "log_pattern_scan");
  scan.result.at("signals").at(0).at("count") = 41;
  SUBCASE("the result alone") {}
  SUBCASE("its digest too") { seal(scan); }
  SUBCASE("and the claims that cite it") {
    seal(scan);
    for (claim& c : document.incidents[0].contributing_factors) {
      if (const auto at = c.text.find(" 40 "); at != std::string::npos) c.text.replace(at, 4, " 41 ");
    }
  }
  const verification outcome = day.verify_anew(document);
  const auto problem = problem_of(outcome, "evidence[2].result.signals[0].count");
  REQUIRE(problem);
  CHECK(problem->evidence == evidence_ids{"E3"});
  CHECK(problem->document_says == "41");
  CHECK(problem->data_say == "40");
  CHECK(rests_on(problem, "incidents[0].root_cause"));
}

TEST_CASE("a digest that was changed is found") {
  written_day day;
  postmortem document = day.investigate();
  SUBCASE("of a result") {
    document.evidence[1].result_digest.back() ^= 1;
    CHECK(problem_of(day.verify_anew(document), "evidence[1].result_digest"));
  }
  SUBCASE("of a source") {
    document.evidence[1].source_digest.back() ^= 1;
    CHECK(problem_of(day.verify_anew(document), "evidence[1].source_digest"));
  }
  SUBCASE("of an input") {
    document.provenance.inputs[1].sha256.back() ^= 1;
    CHECK(problem_of(day.verify_anew(document), "provenance.inputs[1]"));
  }
}

TEST_CASE("evidence that was taken out is found, cited or not") {
  written_day day;
  const postmortem whole = day.investigate();
  for (std::size_t i = 0; i < whole.evidence.size(); ++i) {
    CAPTURE(i);
    postmortem document = whole;
    document.evidence.erase(document.evidence.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(day.verify_anew(document).holds);
  }
}

TEST_CASE("an input that was changed is found and named, with the claims that fall with it") {
  written_day day;
  const postmortem document = day.investigate();
  const auto files = day.files.files();
  SUBCASE("one sample of the metrics") {
    std::string text = text_of(files.metrics);
    const std::size_t row = text.find("2026-01-15T15:30:00Z,");
    text.replace(row + 21, 1, "9");
    write_text(files.metrics, text);
    const verification outcome = day.verify_anew(document);
    const auto input = problem_of(outcome, "provenance.inputs[0]");
    REQUIRE(input);
    CHECK(has(input->data_say, "metrics.csv has 1440 rows"));
    CHECK(problem_of(outcome, "incidents[0].impact.affected_requests.value"));
  }
  SUBCASE("one line of the logs") {
    std::string text = text_of(files.logs);
    write_text(files.logs, text.substr(0, text.rfind('\n', text.size() - 2) + 1));
    CHECK(problem_of(day.verify_anew(document), "provenance.inputs[1]"));
  }
  SUBCASE("an event more") {
    write_text(files.events, text_of(files.events) + "2026-01-15T14:50:00Z,deploy,db-proxy,by night\n");
    const verification outcome = day.verify_anew(document);
    CHECK(problem_of(outcome, "provenance.inputs[2]"));
    CHECK(has(to_text(outcome), "by night"));
  }
  SUBCASE("a file that is not given") {
    input_files fewer = files;
    fewer.events.clear();
    investigation fresh({.files = fewer});
    fresh.load();
    const verification outcome = verify(document, fresh);
    REQUIRE(problem_of(outcome, "provenance.inputs[2]"));
    CHECK(problem_of(outcome, "provenance.inputs[2]")->data_say ==
          "no file of that digest is among the inputs");
  }
}

TEST_CASE("a file may be moved") {
  written_day day;
  const postmortem document = day.investigate();
  const test::day_files elsewhere;
  investigation fresh({.files = elsewhere.files()});
  fresh.load();
  const verification outcome = verify(document, fresh);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
}

TEST_CASE("rows of the timeline come from data, from events, or from somebody by name") {
  written_day day;
  postmortem document = day.investigate();
  auto& rows = document.incidents[0].timeline;
  const timeline_row start = rows[1];
  REQUIRE(start.kind == timeline_kind::symptom_start);
  SUBCASE("what nobody did") {
    rows.insert(rows.begin() + 2, {start.t, "On-call begins triage", timeline_kind::human,
                                   timeline_source::human, start.evidence});
    const auto problem = problem_of(day.verify_anew(document), "incidents[0].timeline[2]");
    REQUIRE(problem);
    CHECK(has(problem->data_say, "no event of that time"));
  }
  SUBCASE("what somebody did, and stands for") {
    rows.insert(rows.begin() + 2, {start.t + std::chrono::minutes(11), "Jo Li: opened the runbook, page 12",
                                   timeline_kind::human, timeline_source::human, start.evidence});
    CHECK_FALSE(day.verify_anew(document).holds);
    document.provenance.human_edits = {"Jo Li: added what on-call did"};
    const verification outcome = day.verify_anew(document);
    CHECK_MESSAGE(outcome.holds, to_text(outcome));
  }
  SUBCASE("a mitigation that no event tells") {
    rows.insert(rows.begin() + 2, {start.t, "The pool was restarted", timeline_kind::mitigation,
                                   timeline_source::metrics, start.evidence});
    CHECK(problem_of(day.verify_anew(document), "incidents[0].timeline[2]"));
  }
  SUBCASE("an instant that no evidence holds") {
    rows.insert(rows.begin() + 2, {start.t + std::chrono::seconds(17), "Errors spread",
                                   timeline_kind::first_error, timeline_source::metrics, start.evidence});
    CHECK(problem_of(day.verify_anew(document), "incidents[0].timeline[2]"));
  }
  SUBCASE("a row of the logs that cites metrics") {
    rows.insert(rows.begin() + 2, {start.t, "Errors spread", timeline_kind::first_error,
                                   timeline_source::logs, start.evidence});
    CHECK(problem_of(day.verify_anew(document), "incidents[0].timeline[2]"));
  }
  SUBCASE("a row that was taken out") {
    rows.erase(rows.begin() + 1);
    const verification outcome = day.verify_anew(document);
    const auto problem = problem_of(outcome, "incidents[0].timeline");
    REQUIRE(problem);
    CHECK(has(problem->data_say, "Metrics leave their baseline"));
  }
  SUBCASE("rows out of order") {
    std::swap(rows[1], rows[2]);
    CHECK_FALSE(day.verify_anew(document).holds);
  }
}

TEST_CASE("what a document concludes is held against the rules") {
  written_day day;
  postmortem document = day.investigate();
  incident& i = document.incidents[0];
  const auto found = [&](std::string_view claim) {
    return problem_of(day.verify_anew(document), claim).has_value();
  };
  SUBCASE("the verdict") {
    document.verdict = verdict::no_incident;
    CHECK(found("verdict"));
  }
  SUBCASE("a window") {
    i.window.start = i.window.start + std::chrono::minutes(1);
    CHECK(found("incidents[0].window.start"));
  }
  SUBCASE("an incident that is not told") {
    document.incidents.clear();
    CHECK(found("incidents"));
  }
  SUBCASE("a service that is not the one") {
    i.root_cause.service = "payments";
    CHECK(found("incidents[0].root_cause.service"));
  }
  SUBCASE("a confidence above the rules") {
    i.root_cause.confidence.level = confidence_level::high;
    CHECK(found("incidents[0].root_cause.confidence.level"));
  }
  SUBCASE("severity") {
    i.severity.level = severity_level::SEV4;
    CHECK(found("incidents[0].severity.level"));
  }
  SUBCASE("the error budget") {
    i.impact.error_budget.consumed_fraction /= 2;
    CHECK(found("incidents[0].impact.error_budget.consumed_fraction"));
  }
  SUBCASE("an objective that nobody gave") {
    i.impact.error_budget.slo = 0.95;
    CHECK_FALSE(day.verify_anew(document).holds);
  }
  SUBCASE("an action of no catalogue") {
    i.action_items[0].id = "pour-coffee";
    CHECK(found("incidents[0].action_items[0]"));
  }
  SUBCASE("an action of the catalogue that asks for less") {
    i.action_items[0].requires_approval = false;
    CHECK(found("incidents[0].action_items[0].requires_approval"));
  }
  SUBCASE("a step of the runbook") {
    i.runbook.steps[3].do_ = "Drop the database";
    CHECK(found("incidents[0].runbook.steps[3].do"));
  }
}

TEST_CASE("what people fill in stays theirs") {
  written_day day;
  postmortem document = day.investigate();
  incident& i = document.incidents[0];
  i.status = incident_status::final;
  i.action_items[0].owner = "team-data";
  i.lessons.went_well = {"On-call was awake"};
  i.runbook.steps[0].done = true;
  const verification outcome = day.verify_anew(document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
}
