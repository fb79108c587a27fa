#include <oncall/detect/grid.hpp>

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

using stook::timestamp;
using stook::sre::lay_on_grid;
using stook::sre::metrics_table;

namespace {

metrics_table table_at(const std::vector<double>& seconds) {
  metrics_table table;
  table.series.push_back({"p95_ms", {}});
  for (double s : seconds) {
    table.ts.push_back(timestamp::from_micros(static_cast<std::int64_t>(s * 1e6)));
    table.series[0].values.push_back(s);
  }
  return table;
}

}  // namespace

TEST_CASE("the step is found through gaps and jitter, and missing rows are missing cells") {
  const auto table = table_at({0, 60.2, 119.7, 180, 420.1, 480, 540.3});
  const auto grid = lay_on_grid(table);
  CHECK(std::abs(grid.step.count() - 60'000'000) < 400'000);
  REQUIRE(grid.size == 10);
  CHECK(std::isnan(grid.values[0][4]));
  CHECK(grid.values[0][7] == 420.1);
  CHECK(grid.time_of(7, table) == table.ts[4]);
  CHECK(grid.row_of_cell[5] == -1);
}

TEST_CASE("rows in one cell are averaged, values that are not finite are missing") {
  auto table = table_at({0, 60, 120, 121, 180, 240, 300});
  table.series[0].values[4] = std::numeric_limits<double>::infinity();
  const auto grid = lay_on_grid(table);
  CHECK(grid.step == std::chrono::seconds{60});
  CHECK(grid.values[0][2] == 120.5);
  CHECK(std::isnan(grid.values[0][3]));
}

TEST_CASE("empty and single-row tables have no step") {
  CHECK(lay_on_grid({}).size == 0);
  CHECK(lay_on_grid(table_at({5})).step.count() == 0);
}

TEST_CASE("two rows years apart among rows of a second do not ask for years of cells") {
  std::vector<double> seconds;
  for (int i = 0; i < 100; ++i) seconds.push_back(i);
  seconds.push_back(3e8);
  CHECK(lay_on_grid(table_at(seconds)).size <= 4'000'001);
}

TEST_CASE("a table that breaks its contract is refused with the place") {
  auto unsorted = table_at({0, 120, 60});
  CHECK_THROWS_WITH_AS(lay_on_grid(unsorted), doctest::Contains("row 2"), stook::error);
  auto repeated = table_at({0, 60, 60});
  CHECK_THROWS_AS(lay_on_grid(repeated), stook::error);
  auto ragged = table_at({0, 60});
  ragged.series[0].values.pop_back();
  CHECK_THROWS_WITH_AS(lay_on_grid(ragged), doctest::Contains("'p95_ms'"), stook::error);
}
