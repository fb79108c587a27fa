#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace stook::sre {

/// Finds artefacts: one or two samples that stand alone far from their neighbours, as a counter reset or a
/// failed scrape leaves them (Hampel identifier: Davies and Gather, The Identification of Multiple Outliers,
/// JASA 1993). A sample is one if it lies more than `threshold` robust standard deviations from the median of
/// itself and `half_width` samples on each side. The deviation is that of the whole series, from its first
/// differences, so that a quiet minute makes nobody an outlier. Three samples in a row that agree are never
/// artefacts with a `half_width` of 2, nor are two with a `half_width` of 1.
/// The result is in ascending order; NaN in `values` is a missing sample. O(n).
std::vector<std::size_t> find_artefacts(std::span<const double> values, std::size_t half_width = 2,
                                        double threshold = 6);

/// True if sample `i` belongs to a run of more than `half_width` samples that lie that far on one side of the
/// median around them. They need not agree with each other, as in an incident that gets worse from one to the
/// next. Noise with heavy tails and a memory has such runs, too, but hardly in two metrics at once. O(n).
bool is_in_run(std::span<const double> values, std::size_t i, std::size_t half_width = 2,
               double threshold = 6);

}  // namespace stook::sre
