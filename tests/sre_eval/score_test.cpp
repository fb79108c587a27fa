#include <oncall/eval/score.hpp>

#include <doctest/doctest.h>

using namespace stook;
using namespace stook::sre;
using namespace stook::sre::eval;
using namespace std::chrono_literals;

namespace {

const timestamp noon = timestamp::from_seconds(1'768'435'200);

truth one_incident() {
  return {.scenario = "made here",
          .seed = 1,
          .amplitude = 1,
          .data_end = noon + 12h,
          .incidents = {{.start = noon,
                         .end = noon + 2h,
                         .service = "db",
                         .mechanisms = {failure_mechanism::lock_contention},
                         .trigger = true_trigger{noon - 5min, "db"},
                         .failed_requests = 1'000}},
          .decoy_services = {"search"},
          .decoy_changes = {noon - 20min}};
}

day_answer perfect() {
  return {.incidents = {{.start = noon,
                         .end = noon + 2h,
                         .services = {"db", "web"},
                         .mechanism = failure_mechanism::lock_contention,
                         .trigger = noon - 5min,
                         .failed_requests = quantity{.value = 1'000}}},
          .verified = true,
          .schema = true};
}

}  // namespace

TEST_CASE("a perfect answer has all points, and one that says nothing right has none") {
  CHECK(score(one_incident(), perfect()).points == doctest::Approx(100));

  day_answer wrong = perfect();
  wrong.incidents = {{.start = noon + 6h,
                      .end = noon + 7h,
                      .services = {"search"},
                      .mechanism = failure_mechanism::cache_miss_storm,
                      .trigger = noon - 20min}};
  CHECK(score(one_incident(), wrong).points == 0);
  CHECK(score(one_incident(), day_answer{}).points == 0);
}

TEST_CASE("each part of the answer costs its own points") {
  const truth truly = one_incident();
  const auto lost = [&](auto spoil) {
    day_answer told = perfect();
    spoil(told);
    return 100 - score(truly, told).points;
  };
  CHECK(lost([](day_answer& a) { a.incidents[0].mechanism = failure_mechanism::unknown; }) ==
        doctest::Approx(15));
  CHECK(lost([](day_answer& a) { a.incidents[0].services = {"web", "db"}; }) == doctest::Approx(20));
  CHECK(lost([](day_answer& a) {
          a.incidents[0].services = {"web", "x", "y", "db"};
        }) == doctest::Approx(25));
  CHECK(lost([](day_answer& a) {
          a.incidents[0].services = {"search", "db"};
        }) == doctest::Approx(25));  // a decoy
  CHECK(lost([](day_answer& a) { a.incidents[0].trigger.reset(); }) == doctest::Approx(10));
  CHECK(lost([](day_answer& a) { a.incidents[0].trigger = noon - 20min; }) == doctest::Approx(15));
  CHECK(lost([](day_answer& a) { a.incidents[0].failed_requests->value = 1'300; }) == doctest::Approx(2.5));
  CHECK(lost([](day_answer& a) { a.incidents[0].failed_requests.reset(); }) == doctest::Approx(5));
  CHECK(lost([](day_answer& a) { a.incidents[0].end = noon + 1h; }) == doctest::Approx(10));
  CHECK(lost([](day_answer& a) { a.incidents[0].end.reset(); }) > 15);
  CHECK(lost([](day_answer& a) { a.verified = false; }) == doctest::Approx(5));
  CHECK(lost([](day_answer& a) { a.schema = false; }) == doctest::Approx(5));
  CHECK(lost([](day_answer& a) {
          a.incidents.push_back(a.incidents[0]);
          a.incidents[1].start = noon + 8h;
          a.incidents[1].end = noon + 9h;
        }) == doctest::Approx(10));
}

TEST_CASE("a cause outside of the telemetry is no service, or the one that waits for it") {
  truth truly = one_incident();
  truly.incidents[0].service.reset();
  truly.incidents[0].also_services = {"payments"};
  for (const char* told : {"", "payments"}) {
    day_answer a = perfect();
    a.incidents[0].services = {told};
    CHECK(score(truly, a).service_1 == 1);
  }
  CHECK(score(truly, perfect()).service_1 == 0);
}

TEST_CASE("a trigger that there was not is wrong") {
  truth truly = one_incident();
  truly.incidents[0].trigger.reset();
  CHECK(score(truly, perfect()).trigger == 0);
  day_answer a = perfect();
  a.incidents[0].trigger.reset();
  CHECK(score(truly, a).trigger == 1);
}

TEST_CASE("of two incidents each counts half, and a missed one nothing") {
  truth truly = one_incident();
  truly.incidents.push_back(truly.incidents.front());
  truly.incidents[1].start = noon + 5h;
  truly.incidents[1].end = noon + 6h;
  const case_score s = score(truly, perfect());
  CHECK(s.count == 0.5);
  CHECK(s.service_1 == 0.5);
  CHECK(s.iou == 0.5);
}

TEST_CASE("a quiet day is all or nothing") {
  truth quiet = one_incident();
  quiet.incidents.clear();
  CHECK(score(quiet, {.incidents = {}, .verified = true, .schema = true}).points == 100);
  CHECK(score(quiet, perfect()).points == 0);
  CHECK(score(quiet, day_answer{}).points == 0);  // no postmortem is no answer
}

TEST_CASE("text that is no postmortem is an empty answer") {
  for (const char* text : {"", "{}", "[1,2", "null"}) {
    const day_answer a = answer_of(text);
    CHECK_FALSE(a.schema);
    CHECK_FALSE(a.verified);
    CHECK(a.incidents.empty());
  }
}
