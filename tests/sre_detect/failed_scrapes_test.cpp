#include <oncall/detect/failed_scrapes.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <doctest/doctest.h>

using stook::sre::find_failed_scrapes;

namespace {

using series = std::vector<std::vector<double>>;

// Requests and latency, always above zero, and errors that are often zero.
series calm(std::size_t n) {
  series out(3, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    out[0][i] = 500 + static_cast<double>(i % 7);
    out[1][i] = 180 + static_cast<double>(i % 5);
    out[2][i] = i % 3 == 0 ? 0.01 : 0;
  }
  return out;
}

void zeros(series& in, std::size_t first, std::size_t last) {
  for (auto& metric : in)
    std::fill(metric.begin() + static_cast<long>(first), metric.begin() + static_cast<long>(last), 0);
}

std::string text(const std::vector<stook::sre::cell_range>& found) {
  std::string out;
  for (const auto& range : found) out += std::to_string(range.first) + "-" + std::to_string(range.last) + " ";
  return out;
}

}  // namespace

TEST_CASE("zeros in every metric for a while are failed scrapes, for long they are not") {
  series in = calm(400);
  zeros(in, 50, 51);
  zeros(in, 100, 130);
  zeros(in, 200, 231);
  zeros(in, 398, 400);
  CHECK(text(find_failed_scrapes(in, 30)) == "50-51 100-130 398-400 ");
}

TEST_CASE("a metric that is missing does not speak against a failed scrape, one that is not zero does") {
  series in = calm(400);
  zeros(in, 100, 110);
  in[2][105] = std::nan("");
  in[0][200] = in[1][200] = 0;
  in[2][200] = 0.5;
  CHECK(text(find_failed_scrapes(in, 30)) == "100-110 ");
  in[1][105] = std::nan("");  // one metric alone says too little
  CHECK(text(find_failed_scrapes(in, 30)) == "100-105 106-110 ");
}

TEST_CASE("where zero is a value like others nothing is taken for a failed scrape") {
  series in(3, std::vector<double>(400, 0));  // errors, retries and a queue, each with something now and then
  for (std::size_t i = 0; i < 400; i += 7) in[i % 3][i] = 4;
  CHECK(find_failed_scrapes(in, 30).empty());
  in[0].assign(400, 500);
  zeros(in, 100, 110);
  CHECK(find_failed_scrapes(in, 30).empty());  // one metric that is never zero is not enough
}

TEST_CASE("a quarter of all cells is no accident, and a single metric no witness") {
  series in = calm(400);
  for (std::size_t i = 0; i < 400; i += 40) zeros(in, i, i + 11);
  CHECK(find_failed_scrapes(in, 30).empty());
  in.resize(1);
  CHECK(find_failed_scrapes(in, 30).empty());
  CHECK(find_failed_scrapes({}, 30).empty());
}
