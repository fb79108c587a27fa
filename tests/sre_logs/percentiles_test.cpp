#include <oncall/logs/percentiles.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include <doctest/doctest.h>

using stook::sre::percentiles;

namespace {

constexpr std::array shares{0.0, 0.01, 0.5, 0.95, 0.99, 1.0};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double by_sorting(std::vector<double> values, double share) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(values.size()))) - 1;
  return values[static_cast<std::size_t>(std::max<std::ptrdiff_t>(rank, 0))];
}

}  // namespace

TEST_CASE("percentiles are those of the sorted values, whatever the values are like") {
  std::mt19937_64 random(5);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto value_of = [&](int shape) -> double {
    switch (shape) {
      case -1:
        return -std::exp(40 * unit() - 20);
      case 0:
        return std::floor(1'000 * unit());
      case 1:
        return std::exp(40 * unit() - 20);  // nearly all of them in one part
      case 2:
        return 7;
      case 3:
        return unit() < 0.1 ? not_a_number : -5 + 10 * unit();
      case 4:
        return (unit() - 0.5) * 1.9 * std::numeric_limits<double>::max();
      case 5:
        return unit() < 0.01 ? infinity * (unit() - 0.5) : unit();
      default:
        return unit() < 0.5 ? 0.0 : std::numeric_limits<double>::denorm_min() * std::floor(9 * unit());
    }
  };
  for (int shape = -1; shape < 7; ++shape) {
    for (const std::size_t size : {1U, 2U, 3U, 100U, 8'191U, 8'192U, 8'195U, 20'001U}) {
      std::vector<double> values;
      for (std::size_t i = 0; i < size; ++i) values.push_back(value_of(shape));
      const std::vector<double> found = percentiles(values, shares);
      for (std::size_t s = 0; s < shares.size(); ++s) {
        CAPTURE(shape);
        CAPTURE(size);
        CHECK(found[s] == by_sorting(values, shares[s]));
      }
    }
  }
}

TEST_CASE("percentiles of nothing are 0") {
  CHECK(percentiles({}, shares) == std::vector<double>(shares.size(), 0.0));
  const std::vector<double> none(20'000, not_a_number);
  CHECK(percentiles(none, shares) == std::vector<double>(shares.size(), 0.0));
}
