#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Statistics that a few wild values cannot move (Huber and Ronchetti, Robust Statistics, 2009). A NaN is a
/// missing value and is passed over.
namespace stook::sre::robust {

/// The median; the mean of the middle two where the count is even. NaN where there is no value.
double median(std::span<const double> values);

/// The median of values that may be reordered and hold no NaN: for loops that own a scratch buffer.
double median_in_place(std::vector<double>& values);

/// A standard deviation from the median absolute deviation about zero: 1.4826 times the median of |r|. Where
/// more than half of the residuals are zero, their root mean square, as counts of rare events need it.
double scale_about_zero(std::span<const double> residuals);

/// A standard deviation for residuals of any shape: the largest of `scale_about_zero`, the root mean square
/// of the smallest 75 % (a median says too little of what is mostly zero) and, for values that come in steps
/// of `quantum`, half a step, though no more than the root mean square of all.
double noise_scale(std::span<const double> residuals, double quantum);

/// The smallest distance between two different values: what they were rounded to, or nearly 0. Differences
/// below 1e-9 of the largest value are taken for rounding in the arithmetic. 0 where all are the same.
double quantum(std::span<const double> values);

/// By how much noise that remembers itself widens the error of a mean: the long-run variance over the
/// variance, at least 1. The larger of (1 + rho) / (1 - rho), with rho the lag-1 autocorrelation (exact for
/// an AR(1) process), and what block means of growing length show (batch means: Alexopoulos and Seila, 1996),
/// because slow noise hides from lag 1. `weights` is 0 where a value is not to be counted.
double variance_inflation(std::span<const double> values, std::span<const double> weights);

/// The same with the lag-1 autocorrelation, 0 to 0.95.
struct noise_memory {
  double rho = 0;
  double inflation = 1;
};
noise_memory memory_of(std::span<const double> values, std::span<const double> weights);

}  // namespace stook::sre::robust
