#pragma once

#include <cstddef>
#include <span>

namespace stook::sre {

/// Where a series left zero, and the range of samples at which it may have.
struct onset {
  std::size_t at = 0;
  std::size_t earliest = 0;
  std::size_t latest = 0;
};

/// The most likely first sample of a rise within [from, to): zero before it, after it a jump and a slope, and
/// where that is plainly likelier (twice `slack`) a bend, none of which may be negative. So a step is found
/// at its edge and a slow ramp where it began, not where it became obvious. The least squares of the model at
/// every sample of [from, last_candidate] come from running sums (two-phase regression: Hinkley, Inference in
/// Two-Phase Regression, JASA 1971); the range holds the samples whose squared error is within `slack` of the
/// least, the profile likelihood interval where `slack` is 7.35 times the variance of the noise. Weight 0 is
/// a missing sample. O(to - from).
onset find_onset(std::span<const double> values, std::span<const double> weights, std::size_t from,
                 std::size_t last_candidate, std::size_t to, double slack);

}  // namespace stook::sre
