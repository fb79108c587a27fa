#include <oncall/detect/trailing_z_score.hpp>

#include <algorithm>
#include <cmath>

#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr double tiny = 1e-9;  // keeps a constant window from dividing by zero, as the notebook does
constexpr std::size_t anchor_every = 4096;  // samples after which rounding is forgotten
// Of the largest square that went through the sums since they were made: a variance below this may be
// rounding.
constexpr double trusted_share = 1e-9;
constexpr double close_call = 1e-7;  // of the threshold: nearer than this the window is summed anew

bool is_far(double distance, double deviation, double threshold) {
  return std::abs(distance) / (deviation + tiny) >= threshold;
}

bool is_far_summed_anew(std::span<const double> window, double value, double threshold) {
  const double n = static_cast<double>(window.size());
  double sum = 0;
  for (const double v : window) sum += v;
  const double mean = sum / n;
  double squares = 0;
  for (const double v : window) squares += (v - mean) * (v - mean);
  return is_far(value - mean, std::sqrt(squares / n), threshold);
}

/// Judges the samples of [begin, end), none of which has a missing sample within the window before it.
class rolling_window {
 public:
  rolling_window(std::span<const double> values, std::size_t width, double threshold)
      : values_(values), width_(width), threshold_(threshold), share_(1 / static_cast<double>(width)) {}

  void judge(std::size_t begin, std::size_t end, std::vector<std::size_t>& flagged) {
    for (std::size_t from = begin; from < end; from += anchor_every) {
      anchor_at(from);
      const std::size_t to = std::min(end, from + anchor_every);
      for (std::size_t i = from; i < to; ++i) {
        if (is_far_at(i)) flagged.push_back(i);
        move_past(i);
      }
    }
  }

 private:
  void anchor_at(std::size_t i) {
    const auto window = values_.subspan(i - width_, width_);
    anchor_ = window.front();
    sum_ = squares_ = largest_ = 0;
    for (const double v : window) add(v - anchor_);
    equal_ = 0;
    while (equal_ < width_ && window[width_ - 1 - equal_] == window.back()) ++equal_;
  }

  void add(double shifted) {
    sum_ += shifted;
    const double square = shifted * shifted;
    squares_ += square;
    largest_ = std::max(largest_, square);
  }

  void move_past(std::size_t i) {
    const double old = values_[i - width_] - anchor_;
    sum_ -= old;
    squares_ -= old * old;
    add(values_[i] - anchor_);
    equal_ = values_[i] == values_[i - 1] ? equal_ + 1 : 1;
  }

  bool is_far_at(std::size_t i) const {
    if (equal_ >= width_) return is_far(values_[i] - values_[i - 1], 0, threshold_);
    const double mean = sum_ * share_;
    const double variance = squares_ * share_ - mean * mean;
    const double distance = std::abs(values_[i] - anchor_ - mean);
    const double limit = threshold_ * (std::sqrt(std::max(variance, 0.0)) + tiny);
    // Written so that an infinity or NaN in the sums is summed anew too.
    const bool can_tell =
        variance > trusted_share * largest_ && std::abs(distance - limit) > close_call * limit;
    if (!can_tell) return is_far_summed_anew(values_.subspan(i - width_, width_), values_[i], threshold_);
    return distance >= limit;
  }

  std::span<const double> values_;
  std::size_t width_;
  double threshold_;
  double share_;
  double anchor_ = 0, sum_ = 0, squares_ = 0, largest_ = 0;
  std::size_t equal_ = 0;  // samples up to the last that are the same: a constant window needs no sums
};

}  // namespace

std::vector<std::size_t> trailing_z_score_flags(std::span<const double> values,
                                                const z_score_options& options) {
  if (options.window < 2) {
    throw error("detector_options", "a trailing z-score needs a window of at least 2 samples");
  }
  if (!(options.threshold > 0)) {
    throw error("detector_options", "a trailing z-score needs a threshold above 0 standard deviations");
  }
  std::vector<std::size_t> flagged;
  rolling_window window(values, options.window, options.threshold);
  for (std::size_t begin = 0; begin < values.size();) {
    const auto known = values.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto missing = std::find_if(known, values.end(), [](double v) { return std::isnan(v); });
    const auto end = static_cast<std::size_t>(missing - values.begin());
    if (end > begin + options.window) window.judge(begin + options.window, end, flagged);
    begin = end + 1;
  }
  return flagged;
}

}  // namespace stook::sre
