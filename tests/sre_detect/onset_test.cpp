#include <oncall/detect/onset.hpp>

#include <vector>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using scenarios::noise;
using stook::sre::find_onset;

namespace {

const std::vector<double> all(300, 1.0);

}  // namespace

TEST_CASE("a step begins at its edge, within a sample or two") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    auto values = noise(seed, 300);
    for (std::size_t i = 150; i < 300; ++i) values[i] += 6;
    const auto found = find_onset(values, all, 0, 250, 300, 7.35);
    CHECK(found.at == 150);
    CHECK(found.latest - found.earliest <= 3);
  }
}

TEST_CASE("a slow ramp begins where it left zero, and its range says how well that is known") {
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    auto values = noise(seed, 300);
    for (std::size_t i = 120; i < 300; ++i) values[i] += 0.05 * static_cast<double>(i - 120);
    const auto found = find_onset(values, all, 0, 250, 300, 7.35);
    CHECK(found.at > 80);
    CHECK(found.at < 160);
    covered += found.earliest <= 120 && 120 <= found.latest ? 1 : 0;
  }
  CHECK(covered >= 34);  // 95 % of 40 is 38
}

TEST_CASE("missing samples have no say") {
  auto values = noise(1, 300);
  auto weights = all;
  for (std::size_t i = 150; i < 300; ++i) values[i] += 6;
  for (std::size_t i = 140; i < 145; ++i) {
    values[i] = 1e6;
    weights[i] = 0;
  }
  CHECK(find_onset(values, weights, 0, 250, 300, 7.35).at == 150);
}

TEST_CASE("the search keeps to its candidates") {
  auto values = noise(2, 300);
  for (std::size_t i = 20; i < 300; ++i) values[i] += 6;
  CHECK(find_onset(values, all, 60, 250, 300, 7.35).at == 60);
  CHECK(find_onset(values, all, 299, 299, 300, 7.35).at == 299);
}
