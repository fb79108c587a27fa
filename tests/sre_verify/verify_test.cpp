#include <oncall/verify/verify.hpp>

#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/render.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "case.hpp"

using namespace stook_test;
using stook::json;

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

TEST_CASE("without a rate of requests it is still told that some failed") {
  written_day day;
  const auto file = day.files.files().metrics;
  std::istringstream lines(text_of(file));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {  // ts,rps,p95_ms,error_rate
    kept += line.substr(0, line.find(',')) + line.substr(line.rfind(',')) + "\n";
  }
  write_text(file, kept);
  const postmortem& document = day.investigate();
  REQUIRE(document.incidents.size() == 1);
  CHECK(document.incidents[0].impact.user_facing == "Requests failed");
  CHECK(document.incidents[0].impact.failed_requests.method.starts_with("not measurable"));
  const verification outcome = day.verify_anew(document);
  CHECK_MESSAGE(outcome.holds, to_text(outcome));
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
