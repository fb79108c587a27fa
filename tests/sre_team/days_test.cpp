#include <oncall/team/team.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/data/generate.hpp>
#include <oncall/postmortem/render.hpp>
#include <stook/core/json.hpp>

#include "stage.hpp"
#include "support/sanitized.hpp"

using namespace stook;
using namespace stook::sre;

namespace {

timestamp at(const json& truth, const char* key) {
  return parse_timestamp(std::string(truth.at("window").at(key).as_string()))->value;
}

bool within_two_minutes(timestamp a, timestamp b) {
  return std::chrono::abs(a - b) <= std::chrono::minutes(2);
}

}  // namespace

TEST_CASE("the team finds window, service and mechanism on ten days") {
  for (std::uint64_t seed = 1; seed <= (sanitized ? 2 : 10); ++seed) {
    CAPTURE(seed);
    const generate_options options{.seed = seed};
    const json truth = parse_json(generate_day(options).truth_json);
    const test::day_files day(options);
    const auto about = test::investigate(day);
    const answer a = make_team(about).run(test::question, test::fixed());
    REQUIRE_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
    REQUIRE(about->document);
    const postmortem& p = *about->document;
    CHECK(p.verdict == verdict::incident);
    CHECK(check_postmortem(p).empty());
    REQUIRE(p.incidents.size() == 1);
    const incident& i = p.incidents.front();
    CHECK(within_two_minutes(i.window.start, at(truth, "start")));
    REQUIRE(std::holds_alternative<timestamp>(i.window.end));
    CHECK(within_two_minutes(std::get<timestamp>(i.window.end), at(truth, "end")));
    REQUIRE(std::holds_alternative<std::string>(i.root_cause.service));
    CHECK(std::get<std::string>(i.root_cause.service) == "db-proxy");
    CHECK(i.root_cause.mechanism == failure_mechanism::connection_pool_exhaustion);
    CHECK_FALSE(i.action_items.empty());
    for (const claim& c : i.summary) CHECK_FALSE(c.evidence.empty());
    for (const timeline_row& row : i.timeline) CHECK_FALSE(row.evidence.empty());
  }
}

TEST_CASE("a quiet day is an answer, not a failure") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const test::day_files day({.seed = seed, .quiet = true});
    const auto about = test::investigate(day);
    const answer a = make_team(about).run(test::question, test::fixed());
    REQUIRE_MESSAGE(a.ok(), (a.error ? a.error->message : a.reason));
    REQUIRE(about->document);
    CHECK(about->document->verdict == verdict::no_incident);
    CHECK(about->document->incidents.empty());
    CHECK_FALSE(a.state.value("mitigations").has_value());
  }
}

TEST_CASE("the same day gives the same documents twice") {
  const test::day_files day({.seed = 3});
  std::string documents[2];
  for (std::string& out : documents) {
    const auto about = test::investigate(day);
    const answer a = make_team(about).run(test::question, test::fixed());
    REQUIRE(about->document);
    out = a.text + to_json_document(*about->document) + to_markdown(*about->document) +
          to_runbook(*about->document);
  }
  CHECK(documents[0] == documents[1]);
}

TEST_CASE("a cancelled run ends as partial with what was established") {
  const test::day_files day;
  const auto about = test::investigate(day);
  std::stop_source stop;
  int steps = 0;
  run_options options = test::fixed();
  options.stop = stop.get_token();
  const agent team = make_team(about, {.before_step = [&](hook_context&) {
                                 if (++steps == 4) stop.request_stop();  // after the detection
                               }});
  const answer a = team.run(test::question, std::move(options));
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "cancelled");
  CHECK(about->windows.size() == 1);
  CHECK_FALSE(about->document);

  REQUIRE(draft_unfinished(*about, a.state));
  CHECK(about->document->incidents.front().status == incident_status::inconclusive);
}
