#include <oncall/detect/surge_end.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

using stook::sre::surge_that_ends;

namespace {

struct stretch {
  std::size_t samples;
  double from, to;
};

/// Straight pieces with a ripple on them.
std::vector<double> traffic(const std::vector<stretch>& pieces) {
  std::vector<double> out;
  for (const stretch& piece : pieces) {
    for (std::size_t i = 0; i < piece.samples; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(piece.samples);
      out.push_back(piece.from + share * (piece.to - piece.from) +
                    5 * std::sin(static_cast<double>(out.size())));
    }
  }
  return out;
}

/// What is found where the last `samples` samples are the fall.
std::optional<std::size_t> found(const std::vector<double>& values, std::size_t samples) {
  return surge_that_ends(values, {.first = values.size() - samples, .last = values.size()}, 10);
}

}  // namespace

TEST_CASE("traffic that falls to where it was before it rose in a step ends a surge") {
  const auto values = traffic({{200, 200, 200}, {90, 320, 320}, {20, 200, 200}});
  const auto began = found(values, 20);
  REQUIRE(began);
  CHECK(*began >= 198);
  CHECK(*began <= 202);
}

TEST_CASE("missing samples hide neither the rise nor the calm before") {
  auto values = traffic({{200, 200, 200}, {90, 320, 320}, {20, 200, 200}});
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = std::numeric_limits<double>::quiet_NaN();
  CHECK(found(values, 20));
  for (double& v : values) v = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(found(values, 20));
}

TEST_CASE("an outage is the end of no surge") {
  SUBCASE("nothing rose before") { CHECK_FALSE(found(traffic({{300, 300, 300}, {20, 200, 200}}), 20)); }
  SUBCASE("it rose as a morning does") {
    CHECK_FALSE(found(traffic({{120, 200, 200}, {180, 200, 320}, {20, 200, 200}}), 20));
  }
  SUBCASE("it falls below where it was") {
    CHECK_FALSE(found(traffic({{200, 200, 200}, {90, 260, 260}, {20, 60, 60}}), 20));
  }
  SUBCASE("the rise was the end of the outage before") {
    CHECK_FALSE(found(traffic({{200, 320, 320}, {40, 200, 200}, {90, 320, 320}, {20, 200, 200}}), 20));
  }
  SUBCASE("the high level is the usual one, and its beginning that of the data") {
    CHECK_FALSE(found(traffic({{30, 200, 200}, {300, 320, 320}, {20, 200, 200}}), 20));
  }
}

TEST_CASE("too few samples for a level are no evidence") {
  CHECK_FALSE(found(traffic({{10, 200, 200}, {9, 320, 320}, {5, 200, 200}}), 5));
  CHECK_FALSE(surge_that_ends(traffic({{40, 200, 200}}), {.first = 30, .last = 40}, 0));
}
