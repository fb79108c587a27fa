#include <oncall/detect/streaming.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>

#include "scenarios.hpp"
#include "support/sanitized.hpp"

using namespace scenarios;
using stook::sre::streaming_detector;
using stook::sre::window_change;

namespace {

constexpr int days = sanitized ? 1 : 6;

streaming_detector detector_for(const day& d) {
  std::vector<std::string> names;
  for (const auto& s : d.table.series) names.push_back(s.name);
  return streaming_detector(names, {.judge_every = 5, .confirm = 2});
}

std::vector<window_change> watch(const day& d, std::size_t samples) {
  streaming_detector live = detector_for(d);
  std::vector<window_change> all;
  std::vector<double> row(d.table.series.size());
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t m = 0; m < row.size(); ++m) row[m] = d.table.series[m].values[i];
    for (window_change& c : live.push(d.table.ts[i], row)) all.push_back(std::move(c));
  }
  return all;
}

std::vector<window_change> watch(const day& d) { return watch(d, d.table.ts.size()); }

std::size_t sample_at(const day& d, stook::timestamp at) {
  return static_cast<std::size_t>(std::lower_bound(d.table.ts.begin(), d.table.ts.end(), at) -
                                  d.table.ts.begin());
}

std::string text_of(const window_change& c) {
  std::string out = (c.opened ? "open " : "close ") + to_string(c.at) + " " + to_string(c.window.start) + " ";
  if (c.window.end) out += to_string(*c.window.end);
  return out + " " + std::to_string(c.window.score);
}

}  // namespace

TEST_CASE("an incident opens soon after it began and closes soon after it ended") {
  for (std::uint64_t seed = 0; seed < days; ++seed) {
    const day d = make("seed", seed, ground::plain);
    const auto changes = watch(d);
    REQUIRE(changes.size() == 2);
    const truth t = d.incidents.at(0);
    CHECK(changes[0].opened);
    CHECK(sample_at(d, changes[0].at) >= t.first);
    CHECK(sample_at(d, changes[0].at) <= t.first + 20);
    CHECK_FALSE(changes[1].opened);
    CHECK(sample_at(d, changes[1].at) >= t.last);
    CHECK(sample_at(d, changes[1].at) <= t.last + 20);
    const auto end = sample_at(d, *changes[1].window.end);
    CHECK(end + 2 >= t.last);
    CHECK(end <= t.last + 2);
  }
}

TEST_CASE("quiet days are quiet at every moment, and a surge is seldom taken for an incident for long") {
  std::chrono::microseconds alarmed{0};
  for (std::uint64_t seed = 0; seed < days; ++seed) {
    CHECK(watch(make("quiet", seed, ground::plain)).empty());
    const auto changes = watch(make("surge", seed, ground::plain));
    for (const window_change& c : changes) {
      // half of a surge may look bad; the whole of it does not
      if (!c.opened) alarmed += c.at - changes.front().at;
    }
    CHECK(changes.size() % 2 == 0);
  }
  CHECK(alarmed <= std::chrono::minutes(30 + 15 * days));
}

TEST_CASE("the first morning that is seen is no incident") {
  for (std::uint64_t seed = 0; seed < days; ++seed) {
    CAPTURE(seed);
    CHECK(watch(make("quiet", seed, ground::hard)).empty());
  }
}

TEST_CASE("traffic that returns from a surge is no outage, at no moment either") {
  for (const std::uint64_t seed : {7, 8, 17, 21}) {
    CAPTURE(seed);
    CHECK(watch(make("surge", seed, ground::plain)).empty());
    if (sanitized) break;
  }
}

TEST_CASE("what is said rests on what has come: a beginning of the day says the beginning of it all") {
  const day d = make("three", 1, ground::plain);
  const auto changes = watch(d);
  std::vector<std::string> whole;
  for (const window_change& c : changes) whole.push_back(text_of(c));
  CHECK(whole.size() >= 4);
  for (const std::size_t samples : {std::size_t{500}, std::size_t{900}, std::size_t{1300}}) {
    std::vector<std::string> part;
    for (const window_change& c : watch(d, samples)) part.push_back(text_of(c));
    REQUIRE(part.size() <= whole.size());
    CHECK(std::equal(part.begin(), part.end(), whole.begin()));
    std::size_t until = 0;
    for (const window_change& c : changes) until += sample_at(d, c.at) < samples;
    CHECK(part.size() == until);
    if (sanitized && until > 0) break;
  }
}

TEST_CASE("a window that is open at the end is there to be asked for") {
  const day d = make("ongoing", 2, ground::plain);
  streaming_detector live = detector_for(d);
  std::vector<double> row(d.table.series.size());
  for (std::size_t i = 0; i < d.table.ts.size(); ++i) {
    for (std::size_t m = 0; m < row.size(); ++m) row[m] = d.table.series[m].values[i];
    live.push(d.table.ts[i], row);
  }
  REQUIRE(live.open());
  CHECK_FALSE(live.open()->end);
}

TEST_CASE("samples that make no sense are refused") {
  streaming_detector live({"rps"});
  const double one[] = {1.0}, two[] = {1.0, 2.0};
  const auto at = stook::timestamp::from_seconds(1'000'000);
  live.push(at, one);
  CHECK_THROWS_AS(live.push(at, one), stook::error);
  CHECK_THROWS_AS(live.push(at + std::chrono::seconds(1), two), stook::error);
  CHECK_THROWS_AS(streaming_detector({}), stook::error);
  CHECK_THROWS_AS(streaming_detector({"rps"}, {.confirm = 0}), stook::error);
}
