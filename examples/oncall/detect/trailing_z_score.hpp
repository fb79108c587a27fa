#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace stook::sre {

struct z_score_options {
  std::size_t window = 75;  ///< samples before each that make its mean and standard deviation; at least 2
  double threshold = 3.2;   ///< standard deviations, to either side; above 0
};

/// The samples that lie far from the mean of the `window` samples right before them, in ascending order: what
/// many alert rules ask, and notebooks with numpy write as
/// `abs(v[i] - v[i-w:i].mean()) / (v[i-w:i].std() + 1e-9) >= threshold`. The same samples, by sums that roll
/// along, about an anchor near the values (Welford's shifted data; Chan, Golub and LeVeque, Algorithms for
/// computing the sample variance, 1983); where these sums cannot tell, the window is summed anew.
///
/// It is here to compare with `detect_windows`, which see for incidents: a window that trails learns the
/// incident within minutes, and takes the recovery for the anomaly.
///
/// NaN in `values` is a missing sample: it is not flagged, nor is one with a missing sample in its window.
/// O(n). Throws `error` (detector_options) for an option out of its range.
std::vector<std::size_t> trailing_z_score_flags(std::span<const double> values,
                                                const z_score_options& options = {});

}  // namespace stook::sre
