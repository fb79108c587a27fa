#include <oncall/detect/trailing_z_score.hpp>

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

#include "scenarios.hpp"

using scenarios::noise;
using stook::sre::trailing_z_score_flags;
using stook::sre::z_score_options;

namespace {

using flags = std::vector<std::size_t>;

/// The definition, written down: each window summed by itself.
flags by_definition(const std::vector<double>& values, const z_score_options& options) {
  flags found;
  const double n = static_cast<double>(options.window);
  for (std::size_t i = options.window; i < values.size(); ++i) {
    double mean = 0, squares = 0;
    for (std::size_t j = i - options.window; j < i; ++j) mean += values[j] / n;
    for (std::size_t j = i - options.window; j < i; ++j) squares += (values[j] - mean) * (values[j] - mean);
    if (std::abs(values[i] - mean) / (std::sqrt(squares / n) + 1e-9) >= options.threshold) found.push_back(i);
  }
  return found;
}

}  // namespace

TEST_CASE("a trailing z-score flags what its definition flags") {
  auto stepped = noise(11, 20'000, 100);
  for (std::size_t i = 0; i < stepped.size(); ++i) {
    if (i % 1000 >= 600) stepped[i] = 100 + static_cast<double>(i % 1000 / 850);
  }
  auto spiked = noise(11, 20'000, 100);
  for (std::size_t i = 500; i < spiked.size(); i += 3000) spiked[i] = 1e12;
  for (const auto& values :
       {noise(11, 20'000, 100), noise(11, 20'000, 1e9), noise(11, 20'000, -1e6), stepped, spiked}) {
    for (const z_score_options options :
         {z_score_options{}, z_score_options{2, 1.5}, z_score_options{400, 2}}) {
      const flags found = trailing_z_score_flags(values, options);
      CHECK(found == by_definition(values, options));
      CHECK(!found.empty());
    }
  }
}

TEST_CASE("a value that leaves a constant stretch is flagged, one that stays is not") {
  std::vector<double> values(200, 0.1);
  values[150] = 0.1000001;
  CHECK(trailing_z_score_flags(values) == flags{150});
}

TEST_CASE("a missing sample is not flagged, nor what has one in its window") {
  auto values = noise(11, 400, 100);
  values[150] = values[226] = values[390] = 500;
  CHECK(trailing_z_score_flags(values) == flags{150, 226, 390});
  values[151] = std::nan("");
  CHECK(trailing_z_score_flags(values) == flags{150, 390});
  values[151] = std::numeric_limits<double>::infinity();
  CHECK(trailing_z_score_flags(values) == flags{150, 151, 390});
}

TEST_CASE("too few samples for a window flag nothing") {
  CHECK(trailing_z_score_flags(noise(11, 75, 100)).empty());
  CHECK(trailing_z_score_flags({}).empty());
}

TEST_CASE("a window or a threshold out of range is refused") {
  CHECK_THROWS_AS(trailing_z_score_flags(noise(11, 100, 100), {.window = 1}), stook::error);
  CHECK_THROWS_AS(trailing_z_score_flags(noise(11, 100, 100), {.threshold = 0}), stook::error);
  CHECK_THROWS_AS(trailing_z_score_flags(noise(11, 100, 100), {.threshold = std::nan("")}), stook::error);
}
