#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <oncall/data/metrics.hpp>
#include <oncall/detect/detector.hpp>

/// Days with a known truth, for the detector's tests: a generator of their own, so that the detector is not
/// judged by the same code that feeds it elsewhere. The same seed gives the same day on every platform's
/// arithmetic.
namespace scenarios {

/// Samples [first, last) of an incident.
struct truth {
  std::size_t first = 0;
  std::size_t last = 0;
};

struct day {
  stook::sre::metrics_table table;
  std::vector<truth> incidents;
};

/// xoshiro256**, seeded by splitmix64 (Blackman and Vigna, 2018).
class random {
 public:
  explicit random(std::uint64_t seed);
  double uniform();  ///< [0, 1)
  double normal();
  double student_t4();
  std::size_t between(std::size_t low, std::size_t high);  ///< inclusive

 private:
  std::uint64_t next();
  std::uint64_t state_[4];
};

/// As many values with normal noise of 1 about the level.
std::vector<double> noise(std::uint64_t seed, std::size_t size, double level = 0);

enum class ground { plain, hard };

/// A day of one minute samples of the kind named, with rps, p95_ms and error_rate; `make` in scenarios.cpp is
/// the list of kinds. A kind that it does not know is a quiet day.
day make(const std::string& kind, std::uint64_t seed, ground ground = ground::plain);

/// A day with samples `step_seconds` apart, over `days`, with one incident of `minutes` (0: none).
day make_sampled(std::uint64_t seed, int step_seconds, int days, int minutes);

/// What came of one day.
struct score {
  std::size_t truths = 0;
  std::size_t found = 0;          ///< windows reported
  std::size_t matched = 0;        ///< truths with a window at IoU >= 0.5
  std::size_t false_windows = 0;  ///< windows that touch no truth
  double iou = 0;  ///< of the union of all windows with the union of all truths; 1 where both are empty
  double start_error = 0;  ///< samples, mean over matched truths
  double end_error = 0;
};

score judge(const day& day, const stook::sre::detection& found);

}  // namespace scenarios
