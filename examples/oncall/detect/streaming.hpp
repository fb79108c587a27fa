#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <oncall/data/metrics.hpp>
#include <oncall/detect/detector.hpp>

namespace stook::sre {

struct streaming_options {
  detector_options detector{};
  /// How far it looks back. A day shows the daily rhythm; what is older is forgotten.
  std::chrono::seconds history{std::chrono::hours(24)};
  /// It judges after each so many samples, and at most 1,440 times in a history.
  std::size_t judge_every = 1;
  /// So many judgements in a row must agree before a window opens or closes.
  std::size_t confirm = 3;
};

/// A window that opened or closed, as it was known at the sample that showed it.
struct window_change {
  timestamp at;  ///< of that sample
  bool opened = false;
  incident_window window;  ///< without an end where it opened
};

/// `detect_windows` for live data: samples come one at a time, and what is said after each rests on it and on
/// those before it alone. The judgement is that of the batch detector on the history so far, so a window that
/// opened is the one that a report would show then; it may be begun earlier or later once more is known,
/// which the closing change tells. A judgement costs what `detect_windows` costs on the history. Not
/// thread-safe.
class streaming_detector {
 public:
  /// Throws `error` (metrics_table) without metrics, (detector_options) for an option that makes no sense.
  explicit streaming_detector(std::vector<std::string> metrics, streaming_options options = {});

  /// One sample: a value for each metric, in their order; NaN is missing. Returns what opened or closed by
  /// it, mostly nothing. Throws `error` (metrics_table) where `at` is not behind the last sample or the
  /// number of values is wrong.
  std::vector<window_change> push(timestamp at, std::span<const double> values);

  /// The window that is open now, as it was judged last.
  const std::optional<incident_window>& open() const { return open_; }

 private:
  void forget_old();
  bool is_time_to_judge();
  std::optional<window_change> judge(timestamp at);
  std::optional<window_change> look_for_start(timestamp at, const detection& found);
  std::optional<window_change> look_for_end(timestamp at, const detection& found);

  streaming_options options_;
  metrics_table table_;
  std::optional<incident_window> open_;
  std::size_t agreed_ = 0;  // judgements in a row that want a change
  std::size_t since_judged_ = 0;
};

}  // namespace stook::sre
