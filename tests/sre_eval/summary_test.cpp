#include <oncall/eval/summary.hpp>

#include <doctest/doctest.h>

using namespace stook::sre::eval;

namespace {

case_result scored_case(const char* scenario, double points, double amplitude) {
  case_result out{.scenario = scenario, .quiet = amplitude == 0, .amplitude = amplitude, .took_ms = points};
  out.scored.points = points;
  out.tokens = 10;
  return out;
}

}  // namespace

TEST_CASE("means stand by scenario, by strength, over all faults, and over the quiet days apart") {
  const evaluation e = sum_up(
      {scored_case("a", 80, 1), scored_case("a", 100, 0.15), scored_case("b", 60, 1), scored_case("a", 0, 0)},
      1, 2, "rules");
  REQUIRE(e.scenarios.size() == 2);
  CHECK(e.scenarios[0].group == "a");
  CHECK(e.scenarios[0].cases == 2);
  CHECK(e.scenarios[0].mean.points == 90);
  CHECK(e.scenarios[0].worst_points == 80);
  CHECK(e.scenarios[0].tokens == 20);
  REQUIRE(e.amplitudes.size() == 2);
  CHECK(e.amplitudes[0].group == "100 %");
  CHECK(e.amplitudes[0].mean.points == 70);
  CHECK(e.faults.mean.points == doctest::Approx(80));
  CHECK(e.quiet.cases == 1);
  CHECK(e.quiet.mean.points == 0);
}

TEST_CASE("nothing sums up to nothing") {
  const evaluation e = sum_up({}, 1, 1, "rules");
  CHECK(e.scenarios.empty());
  CHECK(e.faults.cases == 0);
}
