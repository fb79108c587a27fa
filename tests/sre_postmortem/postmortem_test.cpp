#include <oncall/postmortem/postmortem.hpp>

#include <algorithm>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/render.hpp>

#include "made_day.hpp"
#include "support/doctest_string.hpp"

using namespace stook_test;
using doctest::Contains;

TEST_CASE("a finding that its evidence bears out becomes a postmortem") {
  made_day day;
  const auto drafted = day.draft();
  REQUIRE_MESSAGE(drafted, day.refusal());
  const postmortem& p = drafted.value();
  CHECK(p.verdict == verdict::incident);
  REQUIRE(p.incidents.size() == 1);
  const incident& i = p.incidents.front();
  CHECK(i.title == "db-proxy: connection pool exhaustion");
  CHECK(i.status == incident_status::draft);
  CHECK(i.severity.level == severity_level::SEV2);
  CHECK(i.severity.rule == "error_budget_burn>=14.4x for 1h");
  CHECK(i.impact.duration_s == 3'600);
  CHECK(i.root_cause.confidence.level == confidence_level::high);
  CHECK_FALSE(i.root_cause.confidence.capped_by);
  CHECK(*i.root_cause.trigger.event == "config of db-proxy: pool.max 50 to 10, CHG-4411");
  CHECK(i.impact.services.front().role == service_role::cause);
  CHECK(i.impact.services.at(1).role == service_role::propagated);
  CHECK(check_postmortem(p).empty());
  CHECK(parse_postmortem(to_json_document(p)).incidents.size() == 1);
}

TEST_CASE("a second draft of the same finding is the same document") {
  made_day day;
  const auto first = day.draft();
  const auto second = day.draft();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(to_json_document(first.value()) == to_json_document(second.value()));
}

TEST_CASE("the runbook keeps the order of phases, and rolls back the change that is named") {
  made_day day;
  const auto drafted = day.draft();
  REQUIRE(drafted);
  const auto& steps = drafted.value().incidents.front().runbook.steps;
  for (std::size_t i = 1; i < steps.size(); ++i) CHECK(steps[i - 1].phase <= steps[i].phase);
  for (int phase = 0; phase <= static_cast<int>(runbook_phase::follow_up); ++phase) {
    CHECK(std::any_of(steps.begin(), steps.end(),
                      [&](const auto& s) { return static_cast<int>(s.phase) == phase; }));
  }
  const auto stop = std::find_if(steps.begin(), steps.end(),
                                 [](const auto& s) { return s.phase == runbook_phase::stop_the_bleeding; });
  CHECK(stop->do_ == "Roll back config of db-proxy: pool.max 50 to 10, CHG-4411");
  for (const runbook_step& step : steps) {
    CHECK_FALSE(step.expect.empty());
    CHECK_FALSE(step.if_not.empty());
    CHECK_FALSE(step.rollback.empty());
    CHECK((step.risk == action_risk::read_only || step.approval != action_approval::none));
  }
}

TEST_CASE("the timeline holds what the data and the events say, in order") {
  made_day day;
  const auto drafted = day.draft();
  REQUIRE(drafted);
  const auto& rows = drafted.value().incidents.front().timeline;
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].kind == timeline_kind::change);
  CHECK(rows[1].kind == timeline_kind::symptom_start);
  CHECK(rows[1].t == at_minute(600));
  CHECK(rows.back().kind == timeline_kind::symptom_end);
}

TEST_CASE("every kind of unsupported statement is refused by name") {
  made_day day;
  incident_finding& f = day.found();
  SUBCASE("an unknown id") {
    f.symptoms[0].evidence = {"E99"};
    CHECK(for_doctest(day.refusal()) == Contains("incidents[0].symptoms[0]: cites E99"));
  }
  SUBCASE("no id") {
    f.key_facts[0].evidence = {};
    CHECK(for_doctest(day.refusal()) == Contains("incidents[0].key_facts[0]: cites no evidence"));
  }
  SUBCASE("a number of nobody") {
    f.key_facts[0].text = "DBConnPoolExhausted rose to 36 rows";
    CHECK(for_doctest(day.refusal()) == Contains("incidents[0].key_facts[0]: says 36"));
  }
  SUBCASE("a number in the statement") {
    f.hypothesis.statement = "db-proxy lost 1,000 connections";
    CHECK(for_doctest(day.refusal()) == Contains("hypothesis.statement: says 1,000"));
  }
  SUBCASE("a service of nobody") {
    f.hypothesis.service = "billing";
    CHECK(for_doctest(day.refusal()) == Contains("names the service billing"));
  }
  SUBCASE("a part of a service") {
    f.hypothesis.service = "db";
    CHECK(for_doctest(day.refusal()) == Contains("names the service db,"));
  }
  SUBCASE("a contributor's count") {
    f.top_contributors[0].count = 36;
    CHECK(for_doctest(day.refusal()) == Contains("top_contributors[0].count: is 36"));
  }
  SUBCASE("a contributor's region") {
    f.top_contributors[0].region = "eu-1";
    CHECK(for_doctest(day.refusal()) == Contains("names the region eu-1"));
  }
  SUBCASE("an alternative's reason") {
    f.alternatives[0].reason = "only 7 rows";
    CHECK(for_doctest(day.refusal()) == Contains("alternatives[0].reason: says 7"));
  }
  SUBCASE("a trigger that no event tells") {
    f.trigger->t = at_minute(590);
    CHECK(for_doctest(day.refusal()) == Contains("incidents[0].trigger: is a change"));
  }
  SUBCASE("no falsifier") {
    f.hypothesis.falsifier.clear();
    CHECK(for_doctest(day.refusal()) == Contains("hypothesis.falsifier: is empty"));
  }
  SUBCASE("a propagation of nobody") {
    f.propagation = {{"db-proxy", "ledger", "waits", 45, {"E2"}}};
    CHECK(for_doctest(day.refusal()) == Contains("names the service ledger"));
  }
  SUBCASE("a window that nobody detected") {
    f.start = at_minute(500);
    CHECK(for_doctest(day.refusal()) == Contains("has no detected window of its times"));
  }
  SUBCASE("a window that its evidence does not hold") {
    day.inputs.windows[0].evidence = {"E2"};
    day.inputs.windows[0].start = at_minute(601);
    CHECK(for_doctest(day.refusal()) == Contains("windows[0].start: is at 2026-01-15T10:01:00Z"));
  }
  SUBCASE("a detected window without a finding") {
    day.inputs.windows.push_back(day.inputs.windows[0]);
    day.inputs.windows[1].end = {};
    CHECK(for_doctest(day.refusal()) == Contains("do not tell about the detected window"));
  }
  SUBCASE("a verdict against the detector") {
    day.inputs.found = {.verdict = verdict::no_incident, .incidents = {}, .key_facts = {}};
    CHECK(for_doctest(day.refusal()) == Contains("verdict: is not incident"));
  }
  SUBCASE("a mitigation of no catalogue") {
    day.inputs.mitigations = {"reboot-everything"};
    CHECK(for_doctest(day.refusal()) == Contains("mitigations[0]: names reboot-everything"));
  }
  SUBCASE("a mitigation of another cause") {
    day.inputs.mitigations = {"warm-cache"};
    CHECK(for_doctest(day.refusal()) == Contains("helps against none of the causes"));
  }
  SUBCASE("a timeline row of an unknown id") {
    day.inputs.timeline = {
        {at_minute(600), "Pool errors begin", timeline_kind::first_error, timeline_source::logs, {"E9"}}};
    CHECK(for_doctest(day.refusal()) == Contains("timeline[0]: cites E9"));
  }
  SUBCASE("a timeline row at a time of its own") {
    day.inputs.timeline = {
        {at_minute(617), "Pool errors begin", timeline_kind::first_error, timeline_source::logs, {"E2"}}};
    CHECK(for_doctest(day.refusal()) == Contains("timeline[0]: is at 2026-01-15T10:17:00Z"));
  }
  SUBCASE("a timeline row of what nobody did") {
    day.inputs.timeline = {
        {at_minute(610), "On-call begins triage", timeline_kind::human, timeline_source::human, {"E1"}}};
    CHECK(for_doctest(day.refusal()) == Contains("timeline[0]: tells what somebody did"));
  }
  SUBCASE("a timeline row of another day") {
    day.inputs.timeline = {
        {at_minute(0), "Something", timeline_kind::first_error, timeline_source::logs, {"E1"}}};
    CHECK(for_doctest(day.refusal()) == Contains("from six hours before"));
  }
  SUBCASE("a catalogue without a detection") {
    catalogue poor = default_catalogue();
    std::erase_if(poor.entries, [](const mitigation& m) { return m.type == action_type::detect; });
    day.inputs.actions = &poor;
    CHECK(for_doctest(day.refusal()) == Contains("has no detect action for connection_pool_exhaustion"));
    day.inputs.actions = nullptr;
  }
  const auto drafted = day.draft();
  if (!drafted) CHECK(drafted.why().code == "postmortem_refused");
}

TEST_CASE("all that is wrong is named at once, in bounded length") {
  made_day day;
  day.found().symptoms.assign(100, {"999 rows " + std::string(5'000, 'x'), {"E2"}});
  day.found().key_facts[0].evidence = {"E99"};
  const std::string why = day.refusal();
  CHECK(for_doctest(why) == Contains("and 71 more"));
  CHECK(why.size() < 20'000);
}

TEST_CASE("statements that do not hold can be dropped and counted instead") {
  made_day day;
  day.inputs.unsupported = unsupported_claims::drop;
  day.found().key_facts.push_back({"9,999 users left", {"E2"}});
  day.found().symptoms.push_back({"All is lost", {"E77"}});
  const auto drafted = day.draft();
  REQUIRE(drafted);
  CHECK(for_doctest(drafted.value().data_quality.notes.front()) == Contains("2 statement(s)"));
  CHECK(to_json_document(drafted.value()).find("9,999") == std::string::npos);
  day.found().hypothesis.evidence = {"E77"};
  CHECK(for_doctest(day.refusal()) == Contains("hypothesis.statement: cites E77"));
}

TEST_CASE("confidence is capped by rule, never raised") {
  made_day day;
  const auto capped = [&] {
    const auto drafted = day.draft();
    REQUIRE_MESSAGE(drafted, day.refusal());
    return drafted.value().incidents.front().root_cause.confidence;
  };
  SUBCASE("no trigger") {
    day.found().trigger.reset();
    CHECK(capped().level == confidence_level::medium);
    CHECK(*capped().capped_by == "no-trigger-before-onset");
  }
  SUBCASE("a trigger after the onset") {
    day.inputs.events[0].ts = at_minute(630);
    day.found().trigger->t = at_minute(630);
    CHECK(capped().level == confidence_level::medium);
  }
  SUBCASE("outside of the telemetry") {
    day.found().hypothesis.service.reset();
    CHECK(capped().level == confidence_level::low);
    CHECK(*capped().capped_by == "cause-outside-telemetry");
  }
  SUBCASE("a gap") {
    day.inputs.windows[0].missing_fraction = 0.21;
    CHECK(*capped().capped_by == "data-gap");
  }
  SUBCASE("what was low stays low") {
    day.found().confidence = confidence_level::low;
    CHECK(capped().level == confidence_level::low);
    CHECK_FALSE(capped().capped_by);
  }
}

TEST_CASE("without an alternative the cause is inconclusive") {
  made_day day;
  day.found().alternatives.clear();
  const auto drafted = day.draft();
  REQUIRE(drafted);
  const incident& i = drafted.value().incidents.front();
  CHECK(i.status == incident_status::inconclusive);
  CHECK(*i.root_cause.confidence.capped_by == "no-alternative");
  REQUIRE(i.alternatives.size() == 1);
  CHECK(i.alternatives[0].verdict == alternative_verdict::not_testable);
}

TEST_CASE("a quiet day is an answer of its own") {
  made_day day(true);
  const auto drafted = day.draft();
  REQUIRE_MESSAGE(drafted, day.refusal());
  CHECK(drafted.value().incidents.empty());
  CHECK(for_doctest(drafted.value().summary.front().text) == Contains("No incident"));
  day.inputs.detection_evidence.clear();
  CHECK(for_doctest(day.refusal()) == Contains("detection_evidence: cites no evidence"));
  day.inputs.found = {
      .verdict = verdict::incident, .incidents = {made_day::pool_incident()}, .key_facts = {}};
  CHECK(for_doctest(day.refusal()) == Contains("the detector found no window"));
}

TEST_CASE("an incident that goes on has no end") {
  made_day day;
  day.metrics.ts.resize(650);
  for (auto& series : day.metrics.series) series.values.resize(650);
  day.inputs.windows[0].end.reset();
  day.found().end.reset();
  const auto drafted = day.draft();
  REQUIRE_MESSAGE(drafted, day.refusal());
  const incident& i = drafted.value().incidents.front();
  CHECK(i.window.state == window_state::ongoing);
  CHECK(std::holds_alternative<std::monostate>(i.window.end));
  CHECK(i.impact.duration_s == 3'000);
  CHECK(i.resolution.unknown);
}

TEST_CASE("what alerts and people did comes from the events") {
  made_day day;
  day.inputs.events.push_back({at_minute(604), "alert", "api-gateway", "p95 above 300"});
  day.inputs.events.push_back({at_minute(650), "rollback", "db-proxy", "pool.max 10 to 50"});
  const auto drafted = day.draft();
  REQUIRE_MESSAGE(drafted, day.refusal());
  const incident& i = drafted.value().incidents.front();
  CHECK(i.detection.how == detection_how::alert);
  CHECK(std::get<std::int64_t>(i.detection.ttd_s) == 240);
  CHECK(std::get<std::int64_t>(i.detection.ttm_s) == 3'000);
  CHECK_FALSE(i.resolution.unknown);
  CHECK(for_doctest(i.resolution.what_ended_it) == Contains("not proven"));
}

TEST_CASE("owners come from the service catalogue") {
  made_day day;
  day.inputs.owners.teams["db-proxy"] = "team-data";
  const auto drafted = day.draft();
  REQUIRE(drafted);
  for (const action_item& item : drafted.value().incidents.front().action_items)
    CHECK(item.owner == "team-data");
}

TEST_CASE("a document edited by hand is found out") {
  made_day day;
  const auto drafted = day.draft();
  REQUIRE(drafted);
  postmortem p = drafted.value();
  const auto problems = [&] { return check_postmortem(p).size(); };
  incident& i = p.incidents.front();
  SUBCASE("a number") {
    i.summary[1].text = "5 of 6 requests failed";
    CHECK(problems() == 1);
  }
  SUBCASE("a quantity") {
    i.impact.failed_requests.value += 1;
    CHECK(problems() == 1);
  }
  SUBCASE("the evidence") {
    p.evidence.erase(p.evidence.begin());
    CHECK(problems() > 3);
  }
  SUBCASE("two of one id") {
    p.evidence.push_back(p.evidence.back());
    CHECK(problems() == 1);
  }
  SUBCASE("the order of the runbook") {
    std::swap(i.runbook.steps.front().phase, i.runbook.steps.back().phase);
    CHECK(problems() > 0);
  }
  SUBCASE("no alternative") {
    i.alternatives.clear();
    CHECK(problems() == 1);
  }
}
