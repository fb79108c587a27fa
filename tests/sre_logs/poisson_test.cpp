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
