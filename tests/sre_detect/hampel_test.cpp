#include <oncall/detect/hampel.hpp>

#include <cmath>

#include <doctest/doctest.h>

#include "scenarios.hpp"

using scenarios::noise;
using stook::sre::find_artefacts;
using stook::sre::is_in_run;

TEST_CASE("one sample or two far off are artefacts, three in a row are not") {
  auto values = noise(5, 300, 100);
  values[50] = 0;
  values[100] = values[101] = 400;
  for (std::size_t i = 200; i < 203; ++i) values[i] = 400;
  CHECK(find_artefacts(values) == std::vector<std::size_t>{50, 100, 101});
}

TEST_CASE("three in a row that get worse from one to the next are a run, two are none") {
  auto values = noise(5, 300, 100);
  values[50] = 200;
  values[51] = 400;
  values[52] = 900;
  values[100] = 400;
  values[101] = 900;
  values[200] = 60;
  values[202] = 20;  // with a missing sample between them
  values[201] = std::nan("");
  for (const std::size_t i : {50U, 51U, 52U}) CHECK(is_in_run(values, i));
  for (const std::size_t i : {49U, 53U, 100U, 101U, 200U, 201U, 202U}) CHECK_FALSE(is_in_run(values, i));
  CHECK_FALSE(is_in_run(std::vector<double>(100, 3.0), 50));
}

TEST_CASE("a narrow window spares two samples that agree") {
  auto values = noise(5, 300, 100);
  values[50] = 0;
  values[100] = values[101] = 400;
  CHECK(find_artefacts(values, 1) == std::vector<std::size_t>{50});
}

TEST_CASE("an artefact beside missing samples is still found") {
  auto values = noise(5, 300, 100);
  values[49] = values[51] = std::nan("");
  values[50] = 0;
  CHECK(find_artefacts(values) == std::vector<std::size_t>{50});
}

TEST_CASE("noise, steps, constants and nothing at all have no artefacts") {
  CHECK(find_artefacts(noise(5, 2000, 100)).empty());
  auto step = noise(5, 200, 100);
  for (std::size_t i = 100; i < 200; ++i) step[i] += 50;
  CHECK(find_artefacts(step).empty());
  CHECK(find_artefacts(std::vector<double>(100, 3.0)).empty());
  CHECK(find_artefacts(std::vector<double>(100, std::nan(""))).empty());
  CHECK(find_artefacts({}).empty());
}
