#include <oncall/postmortem/impact.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <oncall/detect/direction.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

bool inside(timestamp t, const time_span& span) { return t >= span.start && t < span.end; }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// Seconds between two samples.
double usual_step(const std::vector<timestamp>& ts) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < ts.size(); ++i) {
    steps.push_back(std::chrono::duration<double>(ts[i] - ts[i - 1]).count());
  }
  return steps.empty() ? 60 : median(std::move(steps));
}

/// The level of a series in quiet times, and its noise.
struct baseline {
  double level = 0;
  double mad = 0;
  bool known = false;
};

baseline quiet_level(const std::vector<double>& values, const std::vector<char>& quiet) {
  std::vector<double> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (quiet[i] && std::isfinite(values[i])) seen.push_back(values[i]);
  }
  if (seen.empty()) return {};
  baseline out{.level = median(seen), .mad = 0, .known = true};
  for (double& x : seen) x = std::abs(x - out.level);
  out.mad = median(std::move(seen));
  return out;
}

/// The series of that name times `scale`; NaN where a sample is missing, all of it without a name.
std::vector<double> values_of(const metrics_table& metrics, const std::optional<std::string>& name) {
  const metric_series* series = name ? find_series(metrics, *name) : nullptr;
  if (!series) return std::vector<double>(metrics.ts.size(), std::numeric_limits<double>::quiet_NaN());
  return series->values;
}

void scale(std::vector<double>& values, double by) {
  for (double& x : values) x *= by;
}

bool is_percent(const std::vector<double>& rates) {
  return std::any_of(rates.begin(), rates.end(), [](double x) { return x > 1; });
}

/// A share of requests that were served: availability 0.999, success_rate 99.5. An apdex is none.
bool is_served_share(const metric_series& series) {
  if (infer_sense(series.name).role != metric_role::availability) return false;
  if (series.name.find("avail") == std::string::npos && series.name.find("success") == std::string::npos) {
    return false;
  }
  const double most = is_percent(series.values) ? 100 : 1;
  std::vector<double> seen;
  for (const double x : series.values) {
    if (!std::isfinite(x)) continue;
    if (x < 0 || x > most) return false;
    seen.push_back(x);
  }
  return !seen.empty() && median(std::move(seen)) > most / 2;
}

/// The failed share of requests, from 0 to 1, of a series that has it or its opposite.
std::vector<double> failed_share(const metrics_table& metrics, const std::optional<std::string>& name) {
  std::vector<double> out = values_of(metrics, name);
  if (is_percent(out)) scale(out, 0.01);
  const metric_series* series = name ? find_series(metrics, *name) : nullptr;
  if (series && is_served_share(*series)) {
    for (double& x : out) x = 1 - x;
  }
  return out;
}

double to_milliseconds(std::string_view name) {
  if (name.ends_with("_s") || name.ends_with("_seconds") || name.ends_with("_sec")) return 1'000;
  return name.ends_with("_us") ? 1e-3 : 1;
}

/// Highest value in the window, and when.
struct peak {
  double value = 0;
  timestamp at{};
  bool found = false;
};

peak highest(const metrics_table& metrics, const std::vector<double>& values, const time_span& window) {
  peak out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!inside(metrics.ts[i], window) || !std::isfinite(values[i])) continue;
    if (!out.found || values[i] > out.value) out = {values[i], metrics.ts[i], true};
  }
  return out;
}

/// The highest share of failed in asked for over `length`; where the data are shorter, over all of them.
double highest_share(const std::vector<timestamp>& ts, const std::vector<double>& asked,
                     const std::vector<double>& failed, std::chrono::microseconds length, double step) {
  double most = 0, sum_asked = 0, sum_failed = 0;
  std::size_t first = 0;
  const auto step_us = std::chrono::microseconds(std::llround(step * 1e6));
  for (std::size_t i = 0; i < ts.size(); ++i) {
    sum_asked += asked[i];
    sum_failed += failed[i];
    for (; ts[i] - ts[first] >= length; ++first) {
      sum_asked -= asked[first];
      sum_failed -= failed[first];
    }
    const bool full = ts[i] - ts.front() + step_us >= length || i + 1 == ts.size();
    if (full && sum_asked > 0) most = std::max(most, sum_failed / sum_asked);
  }
  return most;
}

banded around(double value, double noise) {
  return {value, std::max(0.0, value - 2 * noise), value + 2 * noise};
}

/// What was asked for, and what of it failed beyond the baseline at three levels of it.
struct failures {
  std::vector<double> asked, failed;
  banded total;
  double requests = 0;      ///< in the window
  double all_requests = 0;  ///< in all the data
  double covered_s = 0;     ///< time with samples, in all the data
};

failures count_failures(const metrics_table& metrics, const time_span& window,
                        const std::vector<double>& rate, const std::vector<double>& errors,
                        const baseline& quiet, double step) {
  failures out{.asked = std::vector<double>(metrics.ts.size()),
               .failed = std::vector<double>(metrics.ts.size()),
               .total = {}};
  for (std::size_t i = 0; i < metrics.ts.size(); ++i) {
    if (!std::isfinite(rate[i])) continue;
    out.asked[i] = std::max(0.0, rate[i]) * step;
    out.all_requests += out.asked[i];
    out.covered_s += step;
    if (!inside(metrics.ts[i], window)) continue;
    out.requests += out.asked[i];
    if (!std::isfinite(errors[i])) continue;
    const auto excess = [&](double level) { return out.asked[i] * std::max(errors[i] - level, 0.0); };
    out.failed[i] = excess(quiet.level);
    out.total.value += out.failed[i];
    out.total.low += excess(quiet.level + 2 * quiet.mad);
    out.total.high += excess(std::max(0.0, quiet.level - 2 * quiet.mad));
  }
  return out;
}

}  // namespace

impact_query impact_query_for(const metrics_table& metrics, const time_span& window,
                              std::vector<time_span> not_quiet, const service_objective& objective) {
  impact_query out{.window = window, .not_quiet = std::move(not_quiet), .objective = objective};
  constexpr std::array<std::string_view, 5> ratio_words{"rate", "ratio", "percent", "pct", "fraction"};
  for (const metric_series& series : metrics.series) {
    const std::string& name = series.name;
    switch (infer_sense(name).role) {
      case metric_role::throughput:
        if (!out.throughput) out.throughput = name;
        break;
      case metric_role::errors: {
        const bool ratio = !is_percent(series.values) ||
                           std::any_of(ratio_words.begin(), ratio_words.end(), [&](std::string_view word) {
                             return name.find(word) != std::string::npos;
                           });
        if (!out.error_rate && ratio) out.error_rate = name;
        break;
      }
      case metric_role::latency:
        if (!out.latency || name.find("p95") != std::string::npos) out.latency = name;
        break;
      default:
        break;
    }
  }
  if (!out.error_rate) {
    const auto served = std::find_if(metrics.series.begin(), metrics.series.end(), is_served_share);
    if (served != metrics.series.end()) out.error_rate = served->name;
  }
  return out;
}

impact_measure measure_impact(const metrics_table& metrics, const impact_query& query) {
  impact_measure out{.duration_s = (query.window.end - query.window.start) / 1s,
                     .slo_percent = query.objective.slo * 100};
  std::vector<char> quiet(metrics.ts.size(), 1);
  for (std::size_t i = 0; i < metrics.ts.size(); ++i) {
    const timestamp t = metrics.ts[i];
    if (inside(t, query.window)) ++out.samples;
    const bool loud =
        inside(t, query.window) || std::any_of(query.not_quiet.begin(), query.not_quiet.end(),
                                               [&](const time_span& s) { return inside(t, s); });
    if (loud) quiet[i] = 0;
  }
  const double step = usual_step(metrics.ts);
  std::vector<double> rate = values_of(metrics, query.throughput);
  const std::vector<double> errors = failed_share(metrics, query.error_rate);
  std::vector<double> latency = values_of(metrics, query.latency);
  if (query.latency) scale(latency, to_milliseconds(*query.latency));

  if (const peak worst = highest(metrics, latency, query.window); worst.found) {
    const baseline usual = quiet_level(latency, quiet);
    if (usual.known) out.baseline_latency_ms = usual.level;
    out.peak_latency_ms = around(worst.value, usual.mad);
    out.peak_latency_at = worst.at;
  }
  const baseline usual = quiet_level(errors, quiet);
  const peak worst = highest(metrics, errors, query.window);
  if (worst.found) {
    if (usual.known) out.baseline_error_percent = usual.level * 100;
    out.peak_error_percent = around(worst.value * 100, usual.mad * 100);
    out.peak_error_at = worst.at;
  }
  const bool counts = std::any_of(rate.begin(), rate.end(), [](double x) { return std::isfinite(x); });
  if (!counts) std::fill(rate.begin(), rate.end(), 1.0);  // shares still hold, for even traffic
  const failures lost = count_failures(metrics, query.window, rate, errors, usual, step);
  if (counts) out.requests = banded{lost.requests, lost.requests, lost.requests};
  if (worst.found) {
    if (counts) out.failed_requests = lost.total;
    const double allowed = 1 - query.objective.slo;
    const double per_second = lost.covered_s > 0 ? lost.all_requests / lost.covered_s : 0;
    const double budget = allowed * per_second * 86'400 * query.objective.window_days;
    if (budget > 0) out.budget_consumed_percent = 100 * lost.total.value / budget;
    out.burn_rate_peak_1h = highest_share(metrics.ts, lost.asked, lost.failed, 1h, step) / allowed;
    out.burn_rate_peak_6h = highest_share(metrics.ts, lost.asked, lost.failed, 6h, step) / allowed;
  }
  return out;
}

}  // namespace stook::sre
