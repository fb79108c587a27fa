#include <oncall/verify/verify.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/render.hpp>
#include <oncall/team/rules.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/digest.hpp>
#include <stook/core/json.hpp>

#include "case.hpp"

using namespace stook_test;
using stook::json;

namespace {

evidence_item& evidence_by(postmortem& document, std::string_view tool) {
  for (evidence_item& item : document.evidence) {
    if (item.tool == tool) return item;
  }
  throw std::runtime_error("the document has no evidence of this tool");
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool rests_on(const std::optional<verification_problem>& problem, std::string_view claim) {
  return problem &&
         std::find(problem->rested_on.begin(), problem->rested_on.end(), claim) != problem->rested_on.end();
}

/// The document says so itself: result, digest and count fit each other.
void seal(evidence_item& item) { item.result_digest = stook::sha256_hex(canonical_json(item.result)); }

}  // namespace

TEST_CASE("what the team writes holds, read anew and in the process") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    written_day day({.seed = seed, .quiet = seed > 4});
    const postmortem& document = day.investigate();
    const verification outcome = day.verify_anew(document);
    CHECK_MESSAGE(outcome.holds, to_text(outcome));
    CHECK(outcome.evidence == document.evidence.size());
    CHECK(outcome.claims >= document.summary.size());
    CHECK(to_text(outcome) ==
          fmt::format("{} claims, {} pieces of evidence, all hold\n", outcome.claims, outcome.evidence));
    CHECK_FALSE(drop_unverified(*day.about));
    CHECK(day.about->document);
  }
}

TEST_CASE("a document that a model has signed holds by its evidence alone") {
  written_day day;
  const verification outcome = day.verify_anew(day.investigate("some model"));
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
}

namespace {

/// The team with a profiler that says it in its own words, and a writer that adds to it.
class own_words final : public stook::immediate_model {
 public:
  std::function<void(finding&)> reword;
  std::string draft = "{}";

  std::string name() const override { return "own words"; }
  stook::chat_reply generate(const stook::chat_request& request, stook::generation& context) override {
    stook::chat_reply reply = rules_.generate(request, context);
    const stook::conversation_view view(request);
    if (view.offers("draft_postmortem") && !reply.answer.calls().empty())
      return stook::scripted_model::calls("draft_postmortem", draft);
    if (!view.offers("log_pattern_scan") || !reply.answer.calls().empty()) return reply;
    auto found = read_result<finding>(reply.answer.text());
    reword(found);
    return stook::scripted_model::says(stook::to_json_text(found));
  }

 private:
  test::cast rules_;
};

}  // namespace

TEST_CASE("what a model has phrased, left out and added holds, as far as it was taken") {
  written_day day({.seed = 3});
  const auto model = std::make_shared<own_words>();
  SUBCASE("other words") {
    model->reword = [](finding& f) {
      hypothesis& h = f.incidents[0].hypothesis;
      h.statement = "db-proxy had no connection left for its callers";
      h.falsifier = "Idle connections. Check: the pool's own count";
      h.check = "Ask the pool. Check: twice";
      f.incidents[0].basis = std::string(399, 'y');
      f.incidents[0].alternatives.resize(1);
      f.incidents[0].alternatives[0].reason = "It came later";
      f.incidents[0].confidence = confidence_level::low;
      f.incidents[0].symptoms.resize(1);
      f.incidents[0].key_facts.push_back(f.incidents[0].symptoms[0]);
    };
  }
  SUBCASE("no alternative") {
    model->reword = [](finding& f) { f.incidents[0].alternatives.clear(); };
  }
  SUBCASE("a cause that nobody sees") {
    model->reword = [](finding& f) {
      f.incidents[0].hypothesis.service.reset();
      f.incidents[0].hypothesis.mechanism = failure_mechanism::external_dependency;
    };
  }
  SUBCASE("places, and how it went on from there") {
    model->reword = [](finding& f) {
      incident_finding& i = f.incidents[0];
      const auto ids = i.hypothesis.evidence;
      for (contributor& c : i.top_contributors) c.endpoint = "/api/checkout";
      i.propagation = {{"db-proxy", "payments", "Calls waited", 0, ids}};
    };
  }
  SUBCASE("texts of every script and of any length") {
    model->reword = [](finding& f) {
      std::string text;
      for (int i = 0; i < 299; ++i) text += "\u00fc ";
      f.incidents[0].hypothesis.falsifier = text;
      f.incidents[0].hypothesis.check = text;
      f.incidents[0].hypothesis.statement = text;
      f.incidents[0].alternatives[0].hypothesis = text;
      f.incidents[0].unexplained = {text, "a\tb"};
    };
  }
  SUBCASE("rows and an order of actions") {
    model->reword = [](finding&) {};
    model->draft =
        R"({"timeline":[{"t":"2026-01-15T14:52:00Z","event":"Callers begin to wait","kind":"first_error",)"
        R"("source":"metrics","evidence":["E2"]},{"t":"2026-01-15T15:52:00Z","event":"Nobody says so",)"
        R"("kind":"human","source":"human","evidence":["E2"]}],"first_actions":["recycle-pool","game-day"]})";
  }
  REQUIRE(model->reword);
  day.about = std::make_shared<investigation>(
      investigation_options{.files = day.files.files(), .model = "own words"});
  const stook::answer a = make_team(day.about, {.model = model}).run("What happened?", test::fixed());
  REQUIRE_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
  const verification outcome = day.verify_anew(*day.about->document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
  CHECK_FALSE(drop_unverified(*day.about));
}

TEST_CASE("what an interrupted run has established holds") {
  for (const int steps : {4, 5, 6}) {
    CAPTURE(steps);
    written_day day;
    day.about = std::make_shared<investigation>(investigation_options{.files = day.files.files()});
    std::stop_source stop;
    int step = 0;
    stook::run_options options = test::fixed();
    options.stop = stop.get_token();
    const stook::answer a = make_team(day.about, {.before_step =
                                                      [&](stook::hook_context&) {
                                                        if (++step == steps) stop.request_stop();
                                                      }})
                                .run("What happened?", std::move(options));
    if (!day.about->document) REQUIRE(draft_unfinished(*day.about, a.state));
    const verification outcome = day.verify_anew(*day.about->document);
    CHECK_MESSAGE(outcome.holds, to_text(outcome));
  }
}

TEST_CASE("what was written and read again is verified all the same") {
  written_day day({.seed = 3});
  const postmortem document = read_document_text(to_json_document(day.investigate()), "postmortem.json");
  CHECK(day.verify_anew(document).holds);
}

TEST_CASE("an incident with an alert, a rollback and a trigger holds") {
  written_day day;
  const auto events = day.files.files().events;
  write_text(events, text_of(events) +
                         "2026-01-15T14:49:00Z,deploy,db-proxy,\"db-proxy 4.1.0, CHG-4411\"\n"
                         "2026-01-15T15:02:00Z,alert,api-gateway,error rate above 2 %\n"
                         "2026-01-15T17:14:00Z,rollback,db-proxy,db-proxy 4.0.9\n");
  postmortem document = day.investigate();
  REQUIRE(document.incidents.at(0).detection.how == detection_how::alert);
  REQUIRE(document.incidents[0].root_cause.trigger.kind == trigger_kind::deploy);
  const verification outcome = day.verify_anew(document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));

  document.incidents[0].root_cause.trigger.t =
      *document.incidents[0].root_cause.trigger.t + std::chrono::minutes(1);
  CHECK_FALSE(day.verify_anew(document).holds);
}

TEST_CASE("an incident that goes on holds, and so does a day without events and topology") {
  written_day day;
  const auto files = day.files.files();
  std::string metrics = text_of(files.metrics);
  std::size_t end = 0;
  for (int lines = 0; lines < 1'000; ++lines) end = metrics.find('\n', end) + 1;
  write_text(files.metrics, metrics.substr(0, end));
  write_text(files.events, "ts,kind,service,detail\n");
  write_text(files.topology, "caller,callee\n");
  const postmortem& document = day.investigate();
  REQUIRE(document.incidents.at(0).window.state == window_state::ongoing);
  const verification outcome = day.verify_anew(document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
}

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
