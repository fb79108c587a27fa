#pragma once

#include <span>

#include <stook/core/time.hpp>

namespace stook::sre {

/// How far a count lies above its expectation: (count - expected) / sqrt(expected + 1). The 1 keeps a few
/// lines of something never seen before from outranking hundreds.
double poisson_lift(double count, double expected);

/// Where the rate of events rises. `times` ascends within [from, to) and is not empty; `quiet_per_second` is
/// the rate before the change. The maximum-likelihood change point of a Poisson process whose first rate is
/// known and whose second is not, so it is the time of one of the events.
timestamp rate_onset(std::span<const timestamp> times, timestamp to, double quiet_per_second);

}  // namespace stook::sre
