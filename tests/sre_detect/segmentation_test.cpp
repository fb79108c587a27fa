#include <oncall/detect/segmentation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using stook::sre::segment;
using stook::sre::segment_means;

namespace {

/// Squared error around the mean of [first, last).
double cost(const std::vector<double>& y, const std::vector<double>& w, std::size_t first, std::size_t last) {
  double weight = 0, sum = 0, square = 0;
  for (std::size_t i = first; i < last; ++i) {
    if (w[i] <= 0) continue;
    weight += w[i];
    sum += w[i] * y[i];
    square += w[i] * y[i] * y[i];
  }
  return weight > 0 ? square - sum * sum / weight : 0;
}

/// The least penalised cost by trying every change: Optimal Partitioning (Jackson et al., 2005).
double least_cost(const std::vector<double>& y, const std::vector<double>& w, double penalty) {
  std::vector<double> best(y.size() + 1, std::numeric_limits<double>::infinity());
  best[0] = -penalty;
  for (std::size_t end = 1; end <= y.size(); ++end) {
    for (std::size_t first = 0; first < end; ++first) {
      best[end] = std::min(best[end], best[first] + penalty + cost(y, w, first, end));
    }
  }
  return best.back();
}

}  // namespace

TEST_CASE("the segmentation costs no more than the best of all segmentations") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    scenarios::random rng(seed);
    std::vector<double> y, w;
    double level = 0;
    for (int i = 0; i < 90; ++i) {
      if (rng.uniform() < 0.06) level = 3 * rng.normal();
      y.push_back(level + rng.normal());
      w.push_back(rng.uniform() < 0.15 ? 0 : 1);
    }
    for (const double penalty : {2.0, 10.0, 40.0}) {
      double total = -penalty;
      std::size_t at = 0;
      for (const segment& s : segment_means(y, w, penalty)) {
        REQUIRE(s.first == at);
        REQUIRE(s.last > s.first);
        total += penalty + cost(y, w, s.first, s.last);
        at = s.last;
      }
      CHECK(at == y.size());
      CHECK(total == doctest::Approx(least_cost(y, w, penalty)).epsilon(1e-9));
    }
  }
}

TEST_CASE("a step is cut exactly at its edges") {
  std::vector<double> y(100, 0.0), w(100, 1.0);
  std::fill(y.begin() + 40, y.begin() + 55, 5.0);
  const auto found = segment_means(y, w, 10);
  CHECK(found == std::vector<segment>{{0, 40, 0, 40}, {40, 55, 5, 15}, {55, 100, 0, 45}});
}

TEST_CASE("missing samples weigh nothing, whatever their value") {
  std::vector<double> y(50, 1.0), w(50, 1.0);
  y[10] = std::numeric_limits<double>::quiet_NaN();
  w[10] = 0;
  y[20] = 1e9;
  w[20] = 0;
  y[30] = 1.5;
  const auto found = segment_means(y, w, 10);
  REQUIRE(found.size() == 1);
  CHECK(found[0].weight == 48);
  CHECK(found[0].mean == doctest::Approx(48.5 / 48));
}

TEST_CASE("series without anything to cut are one segment or none") {
  CHECK(segment_means({}, {}, 10).empty());
  const std::vector<double> same(5, 7.0), all(5, 1.0), none(5, 0.0);
  CHECK(segment_means(same, all, 10) == std::vector<segment>{{0, 5, 7, 5}});
  CHECK(segment_means(same, none, 10) == std::vector<segment>{{0, 5, 0, 0}});
}

TEST_CASE(
    "half a million samples without a change are one segment, which the square of them would not end with") {
  constexpr std::size_t n = 500'000;
  scenarios::random rng(1);
  std::vector<double> y(n), w(n, 1.0);
  for (double& v : y) v = rng.normal();
  CHECK(segment_means(y, w, 6 * std::log(static_cast<double>(n))).size() == 1);
}
