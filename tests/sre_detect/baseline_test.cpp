#include <oncall/detect/baseline.hpp>

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using namespace std::chrono_literals;
using stook::timestamp;
using stook::sre::seasonal_baseline;

namespace {

const timestamp monday = stook::parse_timestamp("2026-03-02T00:00:00Z")->value;

double normal_day(std::size_t minute) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(minute) / 1440;
  return 200 + 40 * std::sin(angle) + 15 * std::cos(2 * angle);
}

std::vector<double> noisy_day(std::uint64_t seed) {
  scenarios::random rng(seed);
  std::vector<double> values(1440);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = normal_day(i) + 5 * rng.normal();
  return values;
}

double worst_error(const std::vector<double>& curve, double (*truth)(std::size_t)) {
  double worst = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) worst = std::max(worst, std::abs(curve[i] - truth(i)));
  return worst;
}

const std::vector<char> nothing_masked(1440, 0);

}  // namespace

TEST_CASE("the curve of a day is found under its noise") {
  const seasonal_baseline season(monday, 60s, 1440);
  REQUIRE(season.levels() == 3);
  for (std::size_t level = 0; level < season.levels(); ++level) {
    CAPTURE(level);
    CHECK(worst_error(season.fit(noisy_day(1), nothing_masked, level), normal_day) < 2.5);
  }
}

TEST_CASE("an incident of a tenth of the day hardly bends the curve, and not at all when masked") {
  const seasonal_baseline season(monday, 60s, 1440);
  auto values = noisy_day(2);
  std::vector<char> masked(1440, 0);
  for (std::size_t i = 892; i < 1036; ++i) {
    values[i] += 300;
    masked[i] = 1;
  }
  CHECK(worst_error(season.fit(values, nothing_masked, 2), normal_day) < 8);
  CHECK(worst_error(season.fit(values, masked, 2), normal_day) < 4);
}

TEST_CASE("missing samples are bridged") {
  const seasonal_baseline season(monday, 60s, 1440);
  auto values = noisy_day(3);
  for (std::size_t i = 300; i < 420; ++i) values[i] = std::nan("");
  CHECK(worst_error(season.fit(values, nothing_masked, 2), normal_day) < 4);
}

TEST_CASE("with nothing to fit the curve is the median, or nothing") {
  const seasonal_baseline season(monday, 60s, 1440);
  const auto values = noisy_day(4);
  const auto curve = season.fit(values, std::vector<char>(1440, 1), 2);
  CHECK(curve.front() == curve.back());
  CHECK(curve.front() == doctest::Approx(200).epsilon(0.1));
  CHECK(std::isnan(season.fit(std::vector<double>(1440, std::nan("")), nothing_masked, 2).front()));
}

TEST_CASE("part of a day gets a calm curve") {
  const seasonal_baseline hour(monday, 60s, 60);
  CHECK(hour.levels() == 1);
  std::vector<double> values(60, 5.0);
  values[30] = 9;
  for (double v : hour.fit(values, std::vector<char>(60, 0), 0)) CHECK(v == doctest::Approx(5));
}

TEST_CASE("a weekend has its own level from seven days on") {
  const std::size_t n = 7 * 288;
  const seasonal_baseline season(monday, 300s, n);
  std::vector<double> values(n);
  scenarios::random rng(6);
  for (std::size_t i = 0; i < n; ++i) values[i] = (i / 288 >= 5 ? 140 : 200) + 4 * rng.normal();
  const auto curve = season.fit(values, std::vector<char>(n, 0), 2);
  for (std::size_t i = 0; i < n; ++i) {
    CAPTURE(i);
    REQUIRE(std::abs(curve[i] - (i / 288 >= 5 ? 140 : 200)) < 5);
  }
}

TEST_CASE("what comes back each hour belongs to the baseline, what comes once does not") {
  scenarios::random rng(8);
  std::vector<double> values(1440), baseline(1440, 100.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 100 + 2 * rng.normal() + (i % 60 == 7 ? 30 : 0) + (i == 700 ? 50 : 0);
  }
  stook::sre::add_hourly_jobs(baseline, values, nothing_masked, 60s);
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    CAPTURE(i);
    REQUIRE(baseline[i] == doctest::Approx(i % 60 == 7 ? 130 : 100).epsilon(0.03));
  }
  std::vector<double> short_baseline(120, 100.0);
  stook::sre::add_hourly_jobs(short_baseline, std::span(values).first(120),
                              std::span(nothing_masked).first(120), 60s);
  CHECK(short_baseline[7] == 100);
}
