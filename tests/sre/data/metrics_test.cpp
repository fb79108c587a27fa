#include <oncall/data/metrics.hpp>

#include <doctest/doctest.h>

TEST_CASE("a series is found by its name or not at all") {
  const stook::sre::metrics_table table{.ts = {}, .series = {{"rps", {}}, {"p95_ms", {}}}};
  CHECK(find_series(table, "p95_ms") == &table.series[1]);
  CHECK(find_series(table, "P95_MS") == nullptr);
  CHECK(find_series(table, "") == nullptr);
}
