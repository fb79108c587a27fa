#include <oncall/logs/window_counts.hpp>

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include <oncall/data/generate.hpp>
#include <stook/core/error.hpp>

#include "made_logs.hpp"

using namespace stook::sre;
using namespace stook::sre::testing;

namespace {

using by_value = std::map<std::string, std::int64_t>;

by_value map_of(const std::vector<value_lines>& counts) {
  by_value out;
  for (const value_lines& c : counts) out[c.value] = c.lines;
  return out;
}

}  // namespace

TEST_CASE("lines of the window are counted by each column, commonest first, blanks left out") {
  log_table logs;
  add_line(logs, 10, "db", "ERROR", "Deadlock", "before the window");
  for (int i = 0; i < 5; ++i) add_line(logs, 3'600 + i, "db", "ERROR", i < 3 ? "PoolExhausted" : "", "x");
  add_line(logs, 3'700, "api", "ERROR", "Deadlock", "x");
  add_line(logs, 3'701, "", "INFO", "", "x");
  add_line(logs, 7'200, "db", "ERROR", "Deadlock", "the first behind the window");
  const window_counts counts = count_window(logs, hours(1, 2));
  CHECK(counts.lines == 7);
  REQUIRE(counts.kinds.size() == 2);
  CHECK(counts.kinds[0].value == "PoolExhausted");
  CHECK(counts.kinds[0].lines == 3);
  CHECK(map_of(counts.services) == by_value{{"db", 5}, {"api", 1}});
  REQUIRE(count_window(logs, hours(1, 2), 1).services.size() == 1);
  CHECK(count_window(logs, hours(1, 2), 1).services.front().value == "db");
  CHECK(count_window(logs, hours(5, 6)).lines == 0);
  CHECK_THROWS_AS(count_window(logs, {.from = at(5), .to = at(5)}), stook::error);
}
