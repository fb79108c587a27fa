#pragma once

#include <span>

#include <stook/core/time.hpp>

namespace stook::sre {

/// How far a count lies above its expectation: (count - expected) / sqrt(expected + 1). The 1 keeps a few
/// lines of something never seen before from outranking hundreds.
double poisson_lift(double count, double expected);

/// How likely chance alone gives a count of `inside` or more of all the `inside + outside` events, where each
/// falls inside with probability `share`: the exact test for two Poisson rates, that also knows how little a
/// short quiet time tells (Przyborowski and Wilenski, Homogeneity of Results in Testing Samples from Poisson
/// Series, Biometrika 1940). `share` is between 0 and 1.
double rate_chance(double inside, double outside, double share);

/// Where the rate of events rises. `times` ascends within [from, to) and is not empty; `quiet_per_second` is
/// the rate before the change. The maximum-likelihood change point of a Poisson process whose first rate is
/// known and whose second is not, so it is the time of one of the events.
timestamp rate_onset(std::span<const timestamp> times, timestamp to, double quiet_per_second);

}  // namespace stook::sre
