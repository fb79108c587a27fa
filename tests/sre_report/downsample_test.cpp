#include <oncall/report/downsample.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include <doctest/doctest.h>

#include "made_instants.hpp"

using namespace stook::sre;
using namespace stook::sre::report;
using stook_test::midnight;
using namespace std::chrono_literals;

namespace {

struct series {
  std::vector<stook::timestamp> ts;
  std::vector<double> values;
};

series noise(std::size_t size, unsigned seed) {
  std::mt19937 draw(seed);
  std::normal_distribution<double> normal;
  series out;
  for (std::size_t i = 0; i < size; ++i) {
    out.ts.push_back(midnight + i * 1min);
    out.values.push_back(normal(draw));
  }
  return out;
}

}  // namespace

TEST_CASE("of each column the first, lowest, highest and last sample are kept, in order") {
  const series all = noise(10'000, 1);
  const time_span span{midnight, midnight + 10'000min};
  constexpr std::size_t columns = 100;
  const auto runs = samples_to_draw(all.ts, all.values, span, columns, 3min);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].size() <= 4 * columns);
  CHECK(std::is_sorted(runs[0].begin(), runs[0].end()));
  for (std::size_t c = 0; c < columns; ++c) {
    const std::size_t first = c * 100, last = first + 99;
    const auto begin = all.values.begin() + static_cast<std::ptrdiff_t>(first);
    const auto lowest = first + static_cast<std::size_t>(std::min_element(begin, begin + 100) - begin);
    const auto highest = first + static_cast<std::size_t>(std::max_element(begin, begin + 100) - begin);
    for (const std::size_t wanted : {first, lowest, highest, last})
      CHECK(std::binary_search(runs[0].begin(), runs[0].end(), wanted));
  }
}

TEST_CASE("few samples are all kept, and one spike in a month is among the many") {
  const series few = noise(50, 2);
  CHECK(samples_to_draw(few.ts, few.values, {midnight, midnight + 50min}, 720, 3min)[0].size() == 50);
  series month = noise(43'200, 3);
  month.values[20'001] = 50;
  const auto runs = samples_to_draw(month.ts, month.values, {midnight, midnight + 43'200min}, 720, 3min);
  CHECK(std::binary_search(runs[0].begin(), runs[0].end(), std::size_t{20'001}));
}

TEST_CASE("a gap ends a stretch, a missing value alone does not") {
  series s = noise(30, 4);
  s.values[4] = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 10; i < 20; ++i) s.values[i] = std::numeric_limits<double>::quiet_NaN();
  const auto runs = samples_to_draw(s.ts, s.values, {midnight, midnight + 30min}, 720, 150s);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].front() == 0);
  CHECK(runs[0].back() == 9);
  CHECK(runs[1].front() == 20);
  CHECK(runs[1].back() == 29);
}

TEST_CASE("samples outside of the span are left out, and nothing gives nothing") {
  const series s = noise(30, 5);
  const auto runs = samples_to_draw(s.ts, s.values, {midnight + 10min, midnight + 19min}, 720, 3min);
  CHECK(runs[0].front() == 10);
  CHECK(runs[0].back() == 19);
  CHECK(samples_to_draw(s.ts, s.values, {midnight + 90min, midnight + 99min}, 720, 3min).empty());
  CHECK(samples_to_draw({}, {}, {midnight, midnight + 9min}, 720, 3min).empty());
}
