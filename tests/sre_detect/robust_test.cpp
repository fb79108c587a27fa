#include <oncall/detect/robust.hpp>

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "scenarios.hpp"

namespace robust = stook::sre::robust;

TEST_CASE("the median passes over what is missing") {
  CHECK(robust::median(std::vector<double>{3, std::nan(""), 1, 2}) == 2);
  CHECK(robust::median(std::vector<double>{4, 1, 2, 3}) == 2.5);
  CHECK(std::isnan(robust::median(std::vector<double>{std::nan("")})));
  CHECK(std::isnan(robust::median({})));
}

TEST_CASE("the median of any number of values, also of equal and of sorted ones, is the middle one") {
  scenarios::random rng(5);
  for (const std::size_t size : {2U, 3U, 48U, 49U, 50U, 300U, 1001U, 20'000U}) {
    for (const int kind : {0, 1, 2, 3, 4}) {
      CAPTURE(size);
      CAPTURE(kind);
      std::vector<double> values(size);
      for (std::size_t i = 0; i < size; ++i) {
        const auto place = static_cast<double>(i);
        const double random = rng.normal();
        values[i] = kind == 0   ? random
                    : kind == 1 ? std::round(random)
                    : kind == 2 ? place
                    : kind == 3 ? -place
                                : 7;
      }
      std::vector<double> sorted = values;
      std::ranges::sort(sorted);
      const double middle = size % 2 == 1 ? sorted[size / 2] : (sorted[size / 2 - 1] + sorted[size / 2]) / 2;
      CHECK(robust::median(values) == middle);
      CHECK(robust::median_in_place(values) == middle);
    }
  }
}

TEST_CASE("the scale is the standard deviation of normal noise and ignores a third of outliers") {
  scenarios::random rng(3);
  std::vector<double> values(20'000);
  for (double& v : values) v = 2 * rng.normal();
  CHECK(robust::scale_about_zero(values) == doctest::Approx(2).epsilon(0.03));
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = 1e6;
  CHECK(robust::scale_about_zero(values) < 4);
}

TEST_CASE("the scale of mostly zeros is their root mean square") {
  std::vector<double> values(100, 0.0);
  CHECK(robust::scale_about_zero(values) == 0);
  values[1] = 3;
  values[2] = -5;
  values[3] = 4;
  CHECK(robust::scale_about_zero(values) == doctest::Approx(std::sqrt(0.5)));
}

TEST_CASE("noise that remembers itself widens means by (1 + rho) / (1 - rho)") {
  for (const double rho : {0.0, 0.3, 0.6}) {
    CAPTURE(rho);
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      scenarios::random rng(seed);
      std::vector<double> values(4000), weights(4000, 1.0);
      double state = 0;
      for (double& v : values) v = state = rho * state + rng.normal();
      sum += robust::variance_inflation(values, weights) / 20;
    }
    const double exact = (1 + rho) / (1 - rho);
    CHECK(sum > 0.9 * exact);
    CHECK(sum < 1.9 * exact);  // the largest of several estimates leans upwards
  }
}

TEST_CASE("slow drift under fast noise is seen though lag 1 is not") {
  scenarios::random rng(9);
  std::vector<double> values(2000), weights(2000, 1.0);
  double drift = 0;
  for (double& v : values) {
    drift = 0.99 * drift + 0.1 * rng.normal();
    v = drift + rng.normal();
  }
  CHECK(robust::variance_inflation(values, weights) > 8);
}

TEST_CASE("the noise of rounded and of mostly zero values is not what their median says") {
  scenarios::random rng(5);
  std::vector<double> normal(4000), rounded(4000), rare(4000);
  for (std::size_t i = 0; i < normal.size(); ++i) {
    normal[i] = rng.normal();
    rounded[i] = std::round(normal[i] / 3) * 3;
    rare[i] = rng.uniform() < 0.3 ? 1 : 1e-9;
  }
  CHECK(robust::noise_scale(normal, robust::quantum(normal)) == doctest::Approx(1).epsilon(0.05));
  CHECK(robust::quantum(rounded) == 3);
  CHECK(robust::noise_scale(rounded, 3) > 1);
  CHECK(robust::noise_scale(rare, 0) > 0.3);
}

TEST_CASE("rounding in the arithmetic is no quantum") {
  CHECK(robust::quantum(std::vector<double>{0.3, 0.1 + 0.2, 0.5}) == doctest::Approx(0.2));
  CHECK(robust::quantum(std::vector<double>{7, 7, std::nan("")}) == 0);
  CHECK(robust::quantum({}) == 0);
  CHECK(robust::quantum(std::vector<double>{-2, 4.25, -1e6, 0, 4, -0.5}) == 0.25);
}
