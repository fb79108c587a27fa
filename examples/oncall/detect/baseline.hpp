#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <stook/core/time.hpp>

namespace stook::sre {

/// What a metric does on a normal day: a smooth curve, fitted so that an incident does not bend it.
///
/// Harmonic regression on the day, with half cosines for slower drift; from seven days on also a level for
/// each weekday and a daily curve for the weekend (UTC). Data shorter than 18 hours have a few half cosines
/// only. The fit is iteratively reweighted least squares, Huber's weights first and Tukey's biweight after
/// (Holland and Welsch, Robust Regression Using Iteratively Reweighted Least-Squares, 1977), with a ridge
/// that grows with frequency: where samples are masked the curve goes on calmly instead of swinging.
///
/// The curve is fitted to the medians of blocks, about 500 a day, and read off between them, so the cost of a
/// fit does not grow with the sampling rate. Immutable after construction; `fit` may be called from several
/// threads.
class seasonal_baseline {
 public:
  /// For series of `size` samples, the first at `origin`, one each `step`.
  seasonal_baseline(timestamp origin, std::chrono::microseconds step, std::size_t size);

  /// Levels of detail, coarse to fine: 1 on data shorter than 18 hours, 3 from there on.
  std::size_t levels() const { return columns_at_level_.size(); }

  /// The curve at each sample. A NaN in `values` is missing; a sample with `masked` != 0 has no say. Without
  /// any sample left, the median of all; NaN throughout where even that is missing. `level` is below
  /// `levels()`.
  std::vector<double> fit(std::span<const double> values, std::span<const char> masked,
                          std::size_t level) const;

 private:
  void add_column(double cycles_per_day, std::vector<double> column);
  void add_week(std::span<const double> day, const std::function<std::vector<double>(double, bool)>& wave);
  std::vector<double> block_medians(std::span<const double> values, std::span<const char> masked) const;
  void place_samples();
  std::vector<double> between_blocks(std::span<const double> at_blocks) const;

  std::size_t size_;
  double origin_day_;       ///< days since 1970-01-01
  std::size_t block_ = 1;   ///< samples in a block
  std::size_t blocks_ = 1;  ///< rows of the design
  std::vector<std::int64_t> day_of_block_;
  /// A sample lies behind the middle of `block` by this share of the way to the next one's.
  struct place {
    std::uint32_t block;
    double share;
  };
  std::vector<place> places_;                ///< by sample; empty where each is a block
  std::vector<std::vector<double>> design_;  ///< by column
  std::vector<double> ridge_;                ///< by column, for each row that has a say
  std::vector<std::size_t> columns_at_level_;
};

/// Adds to a baseline what comes back at the same minute of every hour, as scheduled jobs do: the median
/// residual of each place in the hour, where it is larger than one and a half standard deviations. Nothing is
/// added to less than twelve hours, to steps over ten minutes, or where an hour is not a whole number of
/// steps.
void add_hourly_jobs(std::vector<double>& baseline, std::span<const double> values,
                     std::span<const char> masked, std::chrono::microseconds step);

}  // namespace stook::sre
