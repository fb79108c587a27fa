#include <oncall/logs/poisson.hpp>

#include <vector>

#include <doctest/doctest.h>

using stook::timestamp;
using stook::sre::poisson_lift;
using stook::sre::rate_onset;

TEST_CASE("lift grows with the surprise, not with the count") {
  CHECK(poisson_lift(0, 0) == 0);
  CHECK(poisson_lift(10, 0) == doctest::Approx(10));
  CHECK(poisson_lift(1'000, 990) < poisson_lift(20, 3));
  CHECK(poisson_lift(5, 99) == doctest::Approx(-9.4));
}

TEST_CASE("the onset is the first event of the denser part") {
  std::vector<timestamp> times;
  for (const int second : {0, 600, 1'200}) times.push_back(timestamp::from_seconds(second));
  for (int i = 0; i < 60; ++i) times.push_back(timestamp::from_seconds(1'800 + i * 10));
  CHECK(rate_onset(times, timestamp::from_seconds(2'400), 1.0 / 600) == timestamp::from_seconds(1'800));
}

TEST_CASE("events that come at a new rate from the beginning have their onset there") {
  std::vector<timestamp> times;
  for (int i = 0; i < 60; ++i) times.push_back(timestamp::from_seconds(i * 10));
  CHECK(rate_onset(times, timestamp::from_seconds(600), 0) == timestamp::from_seconds(0));
  CHECK(rate_onset({times.data(), 1}, timestamp::from_seconds(600), 0.5) == times.front());
}

TEST_CASE(
    "the chance of a count is exact, small for what is new, and knows how little a short quiet time tells") {
  CHECK(stook::sre::rate_chance(3, 0, 0.1) == doctest::Approx(0.001));
  CHECK(stook::sre::rate_chance(1, 1, 0.5) == 1);  // no more than its share
  CHECK(stook::sre::rate_chance(2, 1, 0.5) == doctest::Approx(0.5));
  CHECK(stook::sre::rate_chance(5, 0, 0.04) < stook::sre::rate_chance(5, 0, 0.4));
  CHECK(stook::sre::rate_chance(200, 1'000, 0.1) < 1e-12);
  CHECK(stook::sre::rate_chance(0, 0, 0.3) == 1);
  CHECK(stook::sre::rate_chance(4, 4, 0) == 0);
  CHECK(stook::sre::rate_chance(1e6, 1e6, 0.1) >= 0);
}
