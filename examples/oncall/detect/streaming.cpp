#include <oncall/detect/streaming.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t most_judgements = 1440;  // in a history

}  // namespace

streaming_detector::streaming_detector(std::vector<std::string> metrics, streaming_options options)
    : options_(std::move(options)) {
  if (metrics.empty()) throw error("metrics_table", "expected one metric or more, got none");
  if (options_.judge_every < 1 || options_.confirm < 1 || options_.history < std::chrono::minutes(1)) {
    throw error(
        "detector_options",
        fmt::format(
            "expected judge_every and confirm from 1 and a history of a minute or more, got {}, {} and {} s",
            options_.judge_every, options_.confirm, options_.history.count()));
  }
  for (std::string& name : metrics) table_.series.push_back({std::move(name), {}});
}

std::vector<window_change> streaming_detector::push(timestamp at, std::span<const double> values) {
  if (values.size() != table_.series.size()) {
    throw error("metrics_table",
                fmt::format("expected {} values, got {}", table_.series.size(), values.size()));
  }
  if (!table_.ts.empty() && at <= table_.ts.back()) {
    throw error("metrics_table", fmt::format("the sample of {} does not come behind that of {}",
                                             to_string(at), to_string(table_.ts.back())));
  }
  table_.ts.push_back(at);
  for (std::size_t i = 0; i < values.size(); ++i) table_.series[i].values.push_back(values[i]);
  forget_old();
  std::vector<window_change> changes;
  if (is_time_to_judge()) {
    if (auto change = judge(at)) changes.push_back(std::move(*change));
  }
  return changes;
}

// In large steps, since each moves all that is kept.
void streaming_detector::forget_old() {
  const timestamp oldest = table_.ts.back() - options_.history;
  const auto first = std::lower_bound(table_.ts.begin(), table_.ts.end(), oldest);
  const auto old = first - table_.ts.begin();
  if (old < 60 || static_cast<std::size_t>(old) < table_.ts.size() / 16) return;
  table_.ts.erase(table_.ts.begin(), first);
  for (metric_series& s : table_.series) s.values.erase(s.values.begin(), s.values.begin() + old);
}

bool streaming_detector::is_time_to_judge() {
  ++since_judged_;
  if (since_judged_ < std::max(options_.judge_every, table_.ts.size() / most_judgements)) return false;
  since_judged_ = 0;
  return true;
}

std::optional<window_change> streaming_detector::judge(timestamp at) {
  const detection found = detect_windows(table_, options_.detector);
  return open_ ? look_for_end(at, found) : look_for_start(at, found);
}

std::optional<window_change> streaming_detector::look_for_start(timestamp at, const detection& found) {
  if (found.windows.empty() || found.windows.back().end) {
    agreed_ = 0;
    return std::nullopt;
  }
  if (++agreed_ < options_.confirm) return std::nullopt;
  agreed_ = 0;
  open_ = found.windows.back();
  return window_change{at, true, *open_};
}

std::optional<window_change> streaming_detector::look_for_end(timestamp at, const detection& found) {
  if (!found.windows.empty() && !found.windows.back().end) {
    open_ = found.windows.back();
    agreed_ = 0;
    return std::nullopt;
  }
  if (++agreed_ < options_.confirm) return std::nullopt;
  agreed_ = 0;
  incident_window ended = *std::exchange(open_, std::nullopt);
  ended.end = at;  // where the detector no longer believes in it at all
  for (const incident_window& w : found.windows) {
    if (*w.end > ended.start) ended = w;
  }
  return window_change{at, false, std::move(ended)};
}

}  // namespace stook::sre
