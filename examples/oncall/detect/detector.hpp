#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <oncall/data/metrics.hpp>
#include <oncall/detect/direction.hpp>

namespace stook::sre {

/// What the caller knows about a metric better than its name does.
struct metric_hint {
  std::string metric;
  metric_sense sense{};
};

struct detector_options {
  /// Metrics not named here are judged by `infer_sense`.
  std::vector<metric_hint> hints{};
  /// What lasts shorter than this is a blip, not an incident; three samples (two where they are ten minutes
  /// apart or more) are always needed.
  std::chrono::seconds min_duration{120};
  /// Windows closer together than this are one.
  std::chrono::seconds merge_gap{480};
};

/// What one metric did in a window.
struct metric_effect {
  std::string metric;
  metric_sense sense{};
  double baseline_mean = 0;  ///< what it would have been on a normal day
  double window_mean = 0;
  double peak = 0;  ///< its worst value: the highest, or the lowest where down is bad
  timestamp peak_at{};
  double mean_z = 0;  ///< mean distance from the baseline in standard deviations; positive is bad
  std::size_t samples = 0;
};

struct incident_window {
  timestamp start{};               ///< of the first bad sample
  std::optional<timestamp> end{};  ///< of the first good sample after it; nothing if the data end before that
  std::chrono::microseconds start_uncertainty{0};  ///< to each side, about 95 %; never under one step
  std::chrono::microseconds end_uncertainty{0};    ///< 0 while there is no end
  bool starts_before_data = false;       ///< bad from the first sample on: the true start is not in the data
  double score = 0;                      ///< standard deviations of all metrics together; for ranking windows
  std::string leading_metric;            ///< the first to move
  std::vector<metric_effect> effects{};  ///< by metric, in the table's order
  std::size_t samples = 0;               ///< rows in the window
  double missing_fraction = 0;           ///< of the samples that the step promises, over all metrics
};

/// Something about the data that a reader of the windows should know.
struct quality_note {
  std::string code;    ///< too_little_data short_baseline gap artefacts constant_metric unknown_direction
                       ///< explained_by_load
  std::string metric;  ///< empty where it concerns all
  std::string text;
};

/// What a report draws: one value a row of the table.
struct metric_trace {
  std::string metric;
  std::vector<double> baseline;
  std::vector<double> z;  ///< standard deviations from the baseline, positive is bad; NaN is missing
};

struct detection {
  std::vector<incident_window> windows{};  ///< in time order, disjoint
  std::vector<quality_note> notes{};
  std::vector<metric_trace> traces{};  ///< in the table's order; metrics without information are left out
  std::chrono::microseconds step{0};   ///< between samples, as found
};

/// Finds the incidents in a table of metrics: any number of them, an hour to a month long, one sample a
/// second to one an hour. No incident is the usual answer.
///
/// One-sample artefacts are removed (Hampel identifier). Then coarse to fine: a robust seasonal baseline for
/// each metric, from samples outside the windows suspected so far; the distance from it in standard
/// deviations, with the bad direction positive and the healthy side cut at -1, so that good news in one
/// metric cannot cancel bad news in another; the weighted sum over the metrics; its optimal piecewise
/// constant fit, with a penalty of 6 log n widened by how much the noise remembers itself; of the pieces
/// those that are high enough, long enough, and move a metric that users notice. Slow ramps are followed down
/// to where they began. Windows already found are masked and all is done again, because a baseline bent by an
/// incident hides its shoulders.
///
/// Pure and deterministic. A day of three metrics a minute apart takes about two milliseconds, and the time
/// grows about as n log n. Throws `error` ("metrics_table") where the table breaks its contract, and
/// ("detector_options") on a hint for a metric that the table lacks.
detection detect_windows(const metrics_table& table, const detector_options& options = {});

}  // namespace stook::sre
