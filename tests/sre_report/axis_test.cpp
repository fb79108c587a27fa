#include <oncall/report/axis.hpp>

#include <limits>

#include <doctest/doctest.h>

#include "made_instants.hpp"

using namespace stook::sre;
using namespace stook::sre::report;
using stook_test::midnight;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> texts(const std::vector<tick>& ticks) {
  std::vector<std::string> out;
  for (const tick& t : ticks) out.push_back(t.text);
  return out;
}

}  // namespace

TEST_CASE("ticks stand at round times, whatever the span") {
  CHECK(texts(time_ticks({midnight, midnight + 24h})) ==
        std::vector<std::string>{"00:00", "06:00", "12:00", "18:00", "00:00"});
  CHECK(texts(time_ticks({midnight + 7min, midnight + 41min})) ==
        std::vector<std::string>{"00:10", "00:15", "00:20", "00:25", "00:30", "00:35", "00:40"});
  CHECK(texts(time_ticks({midnight, midnight + 20s})).front() == "00:00");
  CHECK(time_ticks({midnight, midnight + 24h})[1].at == doctest::Approx(0.25));
  CHECK(texts(time_ticks({midnight, midnight + 30 * 24h})).front().ends_with("Jan"));
  for (const auto length : {3s, 7min + 0s, 5h + 0s, 26h + 0s, 24h * 9 + 0s, 24h * 31 + 0s, 24h * 800 + 0s}) {
    const auto ticks = time_ticks({midnight + 17s, midnight + 17s + length});
    CHECK(ticks.size() >= 1);
    CHECK(ticks.size() <= 7);
    for (const tick& t : ticks) CHECK((t.at >= 0 && t.at <= 1));
  }
  CHECK(time_ticks({midnight, midnight}).empty());
}

TEST_CASE("a span before 1970 has its ticks inside") {
  const auto start = stook::timestamp::from_seconds(-86'400 * 3 - 100);
  for (const tick& t : time_ticks({start, start + 24h})) CHECK((t.at >= 0 && t.at <= 1));
}

TEST_CASE("the value axis covers its values and ends no tick outside") {
  for (const auto& [low, high] : {std::pair{0.0, 7.4},
                                  {150.0, 210.0},
                                  {-3.0, 5.0},
                                  {0.0, 0.0},
                                  {5.0, 5.0},
                                  {1e-9, 3e-9},
                                  {1e12, 1.1e12},
                                  {-2.0, -2.0}}) {
    const value_axis axis = make_axis(low, high, value_unit::plain);
    CAPTURE(low);
    CHECK(axis.low <= low);
    CHECK(axis.high >= high);
    CHECK(axis.high > axis.low);
    CHECK(axis.ticks.size() <= 8);
    for (const tick& t : axis.ticks) CHECK((t.at >= -1e-9 && t.at <= 1));
  }
  CHECK(make_axis(1, 10, value_unit::plain).low == 0);
  CHECK(make_axis(90, 100, value_unit::plain).low > 80);
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK(make_axis(infinite, -infinite, value_unit::plain).high > 0);
}

TEST_CASE("values are written with their units and three digits") {
  CHECK(unit_of("error_rate", 0.07) == value_unit::percent);
  CHECK(unit_of("error_rate", 7.4) == value_unit::plain);
  CHECK(unit_of("p95_ms", 700) == value_unit::milliseconds);
  CHECK(unit_of("rps", 0.5) == value_unit::plain);
  CHECK(value_text(0.0494414, value_unit::percent) == "4.94\u00A0%");
  CHECK(value_text(511.967, value_unit::milliseconds) == "512\u00A0ms");
  CHECK(value_text(12'345, value_unit::plain) == "12.3\u00A0k");
  CHECK(value_text(2.5 * 1024 * 1024, value_unit::bytes) == "2.5\u00A0MiB");
  CHECK(value_text(std::numeric_limits<double>::quiet_NaN(), value_unit::plain) == "no value");
}
