#include <oncall/tools/finding_composer.hpp>

#include <doctest/doctest.h>

using namespace stook;
using namespace stook::sre;

namespace {

timestamp instant(const char* text) { return parse_timestamp(text)->value; }

/// One window, of which a scan says that the database's locks are the cause and time-outs follow from them.
struct told_day {
  detection_report detected{.evidence = "E2", .found = true};
  scan_report scan{.evidence = "E3", .causes_evidence = "E4"};

  told_day() {
    window_report w;
    w.start = instant("2026-01-15T10:00:00Z");
    w.end = instant("2026-01-15T11:00:00Z");
    detected.windows.push_back(w);
    scan.scan.window = {.from = w.start, .to = instant("2026-01-15T11:00:00Z")};
    ranked_cause first{.id = "H1", .service = "db", .mechanism = stook::sre::mechanism::bad_change};
    first.explains_share = 1;
    first.score = 1.5;
    first.onset = w.start;
    first.trigger =
        trigger_event{.ts = instant("2026-01-15T09:58:00Z"), .kind = "deploy", .service = "db", .detail = ""};
    ranked_cause second{.id = "H2", .service = "store", .mechanism = stook::sre::mechanism::resource_leak};
    second.explains_share = 1;
    second.score = 1;
    second.onset = w.start;
    scan.causes.outcome = cause_outcome::found;
    scan.causes.hypotheses = {first, second};
  }
  incident_finding composed() const { return compose_finding(detected, {scan}).incidents.at(0); }
};

}  // namespace

TEST_CASE("what set it off has a kind by the word that people have for such a change") {
  struct row {
    const char* said;
    trigger_kind means;
  };
  for (const row& r : {row{"deploy", trigger_kind::deploy}, row{"migration", trigger_kind::deploy},
                       row{"Schema-Change", trigger_kind::deploy}, row{"config_change", trigger_kind::config},
                       row{"feature_flag", trigger_kind::config}, row{"scale_down", trigger_kind::capacity},
                       row{"cert_rotation", trigger_kind::expiry}, row{"change", trigger_kind::config}}) {
    told_day day;
    day.scan.causes.hypotheses.front().trigger->kind = r.said;
    CAPTURE(r.said);
    const auto trigger = day.composed().trigger;
    REQUIRE(trigger);
    CHECK(trigger->kind == r.means);
  }
  told_day day;
  day.scan.causes.hypotheses.front().trigger->kind = "lunch";
  CHECK_FALSE(day.composed().trigger);
}

TEST_CASE("what speaks against a rival is what made it rank below") {
  told_day day;
  CHECK(day.composed().alternatives.at(0).reason ==
        "It ranks below H1: its score is 1.00 against 1.50, since a change came shortly before H1 and none "
        "before it.");
  ranked_cause& rival = day.scan.causes.hypotheses.back();
  rival.mechanism = stook::sre::mechanism::upstream_timeout;
  CHECK(day.composed().alternatives.at(0).reason ==
        "It ranks below H1: its score is 1.00 against 1.50, since what it shows is more often a symptom than "
        "a cause.");
  rival.explains_share = 0.4;
  CHECK(day.composed().alternatives.at(0).reason ==
        "It explains 40 % of the excess errors, H1 explains 100 %.");
}

TEST_CASE("where the logs have one cause only, the metrics may refute that more requests came") {
  told_day day;
  day.scan.causes.hypotheses.resize(1);
  CHECK(day.composed().alternatives.empty());
  day.detected.windows[0].metrics = {
      {.metric = "p95_ms", .normal = 100, .mean = 300, .worst = 400, .deviation = 9},
      {.metric = "requests_per_second", .normal = 47.2, .mean = 42.9, .worst = 40, .deviation = 2}};
  REQUIRE(day.composed().alternatives.size() == 1);
  const rejected_hypothesis surge = day.composed().alternatives[0];
  CHECK(surge.verdict == alternative_verdict::ruled_out);
  CHECK(surge.reason ==
        "requests_per_second was 42.9 on average in the window, and 47.2 is usual at that time.");
  CHECK(surge.evidence == std::vector<std::string>{"E2"});
  day.detected.windows[0].metrics[1].mean = 80;
  CHECK(day.composed().alternatives.empty());

  SUBCASE("or, where that is the cause, that less of the usual was served") {
    day.scan.causes.hypotheses[0].mechanism = stook::sre::mechanism::traffic_surge;
    REQUIRE(day.composed().alternatives.size() == 1);
    CHECK(day.composed().alternatives[0].reason ==
          "requests_per_second was 80.0 on average in the window, and 47.2 is usual at that time.");
    day.detected.windows[0].metrics[1].mean = 40;
    CHECK(day.composed().alternatives.empty());
  }
}
