#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace stook::sre {

/// A run of samples [first, last) with one mean.
struct segment {
  std::size_t first = 0;
  std::size_t last = 0;
  double mean = 0;    ///< weighted mean of the samples
  double weight = 0;  ///< sum of the weights: the number of samples that counted

  friend bool operator==(const segment&, const segment&) = default;
};

/// The piecewise constant fit of least cost: the weighted sum of squared errors plus `penalty` for each
/// change. It is the optimum that PELT finds (Killick, Fearnhead and Eckley, Optimal Detection of
/// Changepoints with a Linear Computational Cost, JASA 2012), found by functional pruning (Maidstone,
/// Hocking, Rigaill and Fearnhead, On Optimal Multiple Changepoint Algorithms for Large Data, Statistics and
/// Computing 2017), which stays close to O(n log n) on a series without any change, where PELT is quadratic.
/// A weight of 0 is a missing sample (its value may be anything, NaN too). The segments cover the series
/// without a gap; none for an empty series.
/// `penalty` is in the units of the squared values: with unit noise, a multiple of log n.
std::vector<segment> segment_means(std::span<const double> values, std::span<const double> weights,
                                   double penalty);

}  // namespace stook::sre
