#include <oncall/detect/detector.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "scenarios.hpp"
#include "support/sanitized.hpp"

using namespace scenarios;
using stook::sre::detect_windows;

// What the detector reaches on days with a known truth. The limits are what was measured, with a little
// slack.

namespace {

struct total {
  int days = 0;
  std::size_t truths = 0, found = 0, matched = 0, false_windows = 0;
  double iou = 0;
  double worst_start = 0, worst_end = 0;

  double mean_iou() const { return iou / days; }
  double recall() const { return static_cast<double>(matched) / static_cast<double>(truths); }
};

constexpr int every_nth = sanitized ? 10 : 1;

template <class Make>
total judge_days(int days, Make make_day) {
  total sum;
  for (int seed = 0; seed < days; seed += every_nth) {
    const day d = make_day(static_cast<std::uint64_t>(seed));
    const score s = judge(d, detect_windows(d.table));
    ++sum.days;
    sum.truths += s.truths;
    sum.found += s.found;
    sum.matched += s.matched;
    sum.false_windows += s.false_windows;
    sum.iou += s.iou;
    sum.worst_start = std::max(sum.worst_start, s.start_error);
    sum.worst_end = std::max(sum.worst_end, s.end_error);
  }
  return sum;
}

total judge_kind(int days, const std::string& kind, ground where) {
  return judge_days(days, [&](std::uint64_t seed) { return make(kind, seed, where); });
}

}  // namespace

TEST_CASE("the seed's incident is found on 100 of 100 days, one window, both ends within two minutes") {
  const total sum = judge_kind(100, "seed", ground::plain);
  CHECK(sum.days == 100 / every_nth);
  CHECK(sum.found == sum.truths);
  CHECK(sum.matched == sum.truths);
  CHECK(sum.worst_start <= 2);
  CHECK(sum.worst_end <= 2);
  CHECK(sum.mean_iou() >= 0.995);
}

TEST_CASE("quiet days have no window, 100 of 100, plain and hard") {
  CHECK(judge_kind(100, "quiet", ground::plain).found == 0);
  CHECK(judge_kind(100, "quiet", ground::hard).found == 0);
}

TEST_CASE("days that only look bad have no window") {
  for (const char* kind : {"resets_quiet", "surge", "trend_quiet", "walk_quiet", "lognormal_quiet",
                           "twelve_quiet", "jobs_quiet", "sparse_errors_quiet", "rounded_quiet"}) {
    CAPTURE(kind);
    CHECK(judge_kind(20, kind, ground::plain).found == 0);
    CHECK(judge_kind(20, kind, ground::hard).found == 0);
  }
}

TEST_CASE("incidents of every kind are found where they are") {
  struct expectation {
    const char* kind;
    double plain_iou, hard_iou;
    double plain_recall, hard_recall;
  };
  const expectation expected[] = {
      {"seed", 0.995, 0.99, 1, 1},         {"scaled", 0.98, 0.94, 1, 1},
      {"step", 0.99, 0.99, 1, 1},          {"spike", 0.99, 0.97, 1, 1},
      {"slow_ramp", 0.87, 0.84, 1, 0.95},  {"three", 0.99, 0.99, 1, 1},
      {"missing", 0.98, 0.97, 1, 1},       {"gap_inside", 0.99, 0.98, 1, 1},
      {"resets", 0.98, 0.97, 1, 1},        {"low_snr", 0.98, 0.8, 1, 0.85},
      {"ongoing", 0.99, 0.98, 1, 1},       {"starts_inside", 0.99, 0.93, 1, 0.95},
      {"retry_storm", 0.99, 0.97, 1, 1},   {"latency_only", 0.99, 0.97, 1, 1},
      {"errors_only", 0.99, 0.97, 1, 1},   {"outage", 0.96, 0.75, 1, 0.8},
      {"walk", 0.98, 0.98, 1, 1},          {"lognormal", 0.98, 0.85, 1, 0.9},
      {"recovery_tail", 0.87, 0.87, 1, 1}, {"twelve", 0.97, 0.9, 1, 0.95},
  };
  for (const expectation& e : expected) {
    for (const ground where : {ground::plain, ground::hard}) {
      const bool plain = where == ground::plain;
      const total sum = judge_kind(40, e.kind, where);
      INFO(e.kind << (plain ? " plain" : " hard") << ": iou " << sum.mean_iou() << ", matched " << sum.matched
                  << " of " << sum.truths << ", false " << sum.false_windows);
      if (every_nth == 1) {  // the limits are of all the days
        CHECK(sum.mean_iou() >= (plain ? e.plain_iou : e.hard_iou));
        CHECK(sum.recall() >= (plain ? e.plain_recall : e.hard_recall));
      }
      CHECK(sum.false_windows <= (plain ? 0 : 1));
    }
  }
}

TEST_CASE("one metric alone is enough") {
  const double floor[] = {0.93, 0.99, 0.99};  // rps, p95_ms, error_rate
  for (std::size_t metric = 0; metric < 3; ++metric) {
    const auto only = [&](const char* kind, ground where) {
      return judge_days(40, [&](std::uint64_t seed) {
        day d = make(kind, seed, where);
        d.table.series = {d.table.series[metric]};
        return d;
      });
    };
    const total sum = only("seed", ground::plain);
    CAPTURE(metric);
    CHECK(sum.mean_iou() >= floor[metric]);
    CHECK(sum.found == sum.truths);
    CHECK(only("quiet", ground::plain).found == 0);
    CHECK(only("quiet", ground::hard).found <= 1);
  }
}

TEST_CASE("any sampling step and any span from a day to a month") {
  struct {
    int step, days, minutes;
  } const cases[] = {{10, 1, 60}, {30, 1, 30}, {300, 1, 120}, {300, 7, 120}, {60, 7, 60}, {3600, 30, 480}};
  for (const auto& c : cases) {
    CAPTURE(c.step);
    CAPTURE(c.days);
    const total sum =
        judge_days(6, [&](std::uint64_t seed) { return make_sampled(seed, c.step, c.days, c.minutes); });
    CHECK(sum.found == sum.truths);
    CHECK(sum.mean_iou() >= 0.98);
    CHECK(judge_days(6, [&](std::uint64_t seed) { return make_sampled(seed, c.step, c.days, 0); }).found ==
          0);
  }
}
