// Takes part in the work `z-score` of `run`: bench_z_score stook|rolling FILE, or bench_z_score write ROWS
// FILE. A file is three series of doubles one behind the other: noise, noise with constant stretches and
// steps, and noise upon a thousand million. `rolling` is the loop that stook's function stands upon, without
// what makes sure of its answer: no missing samples, no distrust of rounding.

#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <oncall/detect/trailing_z_score.hpp>

#include "measure.hpp"

namespace {

using flags = std::vector<std::size_t>;

constexpr std::size_t window = 75;
constexpr double threshold = 3.2;
constexpr std::size_t anchor_every = 4096;

void write(std::size_t rows, const std::string& file) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> values;
  values.reserve(3 * rows);
  for (std::size_t i = 0; i < rows; ++i) values.push_back(100 + 5 * noise(engine));
  for (std::size_t i = 0; i < rows; ++i) {
    const bool constant = i % 1000 >= 600;
    values.push_back(constant ? 40.0 + static_cast<double>(i / 1000 % 3 + i % 1000 / 900)
                              : 40 + noise(engine));
  }
  for (std::size_t i = 0; i < rows; ++i) values.push_back(1e9 + noise(engine));
  std::ofstream to(file, std::ios::binary);
  to.write(reinterpret_cast<const char*>(values.data()),
           static_cast<std::streamsize>(values.size() * sizeof(double)));
  if (!to.flush()) throw std::runtime_error("cannot write " + file);
}

std::vector<double> read(const std::string& file) {
  std::ifstream from(file, std::ios::binary | std::ios::ate);
  std::vector<double> values(static_cast<std::size_t>(from.tellg()) / sizeof(double));
  from.seekg(0);
  from.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
  if (!from || values.size() < 3 * (window + 1)) throw std::runtime_error("cannot read " + file);
  return values;
}

flags by_rolling_sums(std::span<const double> values) {
  flags found;
  const double share = 1.0 / static_cast<double>(window);
  double anchor = 0, sum = 0, squares = 0;
  for (std::size_t i = window; i < values.size(); ++i) {
    if ((i - window) % anchor_every == 0) {
      anchor = values[i - window];
      sum = squares = 0;
      for (const double v : values.subspan(i - window, window)) {
        sum += v - anchor;
        squares += (v - anchor) * (v - anchor);
      }
    }
    const double mean = sum * share;
    const double deviation = std::sqrt(std::max(squares * share - mean * mean, 0.0));
    const double value = values[i] - anchor, old = values[i - window] - anchor;
    if (std::abs(value - mean) / (deviation + 1e-9) >= threshold) found.push_back(i);
    sum += value - old;
    squares += value * value - old * old;
  }
  return found;
}

flags by_stook(std::span<const double> values) {
  return stook::sre::trailing_z_score_flags(values, {.window = window, .threshold = threshold});
}

void measure(flags (*of)(std::span<const double>), const std::string& file) {
  const std::vector<double> values = read(file);
  const std::size_t rows = values.size() / 3;
  const char* const names[] = {"noise", "constant stretches", "upon 1e9"};
  for (std::size_t series = 0; series < 3; ++series) {
    const std::span<const double> one(values.data() + series * rows, rows);
    flags found;
    const double cpu = analytics::cpu_of_one([&] { found = of(one); });
    std::size_t places = 0;
    for (const std::size_t i : found) places += i;
    analytics::print_figure(names[series], cpu, fmt::format("[{}, {}]", found.size(), places));
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const std::string_view what = count > 1 ? arguments[1] : "";
    std::size_t rows = 0;
    if (what == "write" && count == 4 &&
        std::from_chars(arguments[2], arguments[2] + std::strlen(arguments[2]), rows).ec == std::errc{}) {
      write(rows, arguments[3]);
    } else if (what == "stook" && count == 3) {
      measure(by_stook, arguments[2]);
    } else if (what == "rolling" && count == 3) {
      measure(by_rolling_sums, arguments[2]);
    } else {
      throw std::runtime_error(
          "expected: bench_z_score stook|rolling FILE, or bench_z_score write ROWS FILE");
    }
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench_z_score: " << e.what() << '\n';
    return 1;
  }
}
