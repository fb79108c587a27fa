#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/data/metrics.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// A half-open stretch of time.
struct time_span {
  timestamp start{};
  timestamp end{};
};
STOOK_DESCRIBE(time_span, (start), (end))

/// What share of the requests has to succeed over how long.
struct service_objective {
  double slo = 0.999;
  int window_days = 30;
  bool assumed = true;  ///< nobody has said so: the default
};
STOOK_DESCRIBE(service_objective, (slo, "Share of requests", stook::between{0.5, 0.999999}),
               (window_days, "Days", stook::between{1, 366}), (assumed))

/// All that `measure_impact` needs beside the metrics; as JSON it is the query of the evidence, so the
/// measurement can be run again.
struct impact_query {
  time_span window{};
  std::vector<time_span> not_quiet{};       ///< every incident of the data: the rest is the baseline
  std::optional<std::string> throughput{};  ///< requests a second
  std::optional<std::string> error_rate{};  ///< failed or served share of them, as a fraction or in percent
  std::optional<std::string> latency{};     ///< milliseconds
  service_objective objective{};
};
STOOK_DESCRIBE(impact_query, (window), (not_quiet), (throughput), (error_rate), (latency), (objective))

/// A number with the range that the noise of the quiet time allows.
struct banded {
  double value = 0;
  double low = 0;
  double high = 0;
};
STOOK_DESCRIBE(banded, (value), (low), (high))

/// What an incident cost. What the metrics do not hold is left out.
struct impact_measure {
  std::int64_t duration_s = 0;
  std::optional<banded> requests{};
  std::optional<banded> failed_requests{};  ///< beyond what the baseline would have failed
  std::optional<double> baseline_error_percent{};
  std::optional<banded> peak_error_percent{};
  std::optional<timestamp> peak_error_at{};
  std::optional<double> baseline_latency_ms{};
  std::optional<banded> peak_latency_ms{};
  std::optional<timestamp> peak_latency_at{};
  double slo_percent = 0;
  std::optional<double> budget_consumed_percent{};
  std::optional<double> burn_rate_peak_1h{};
  std::optional<double> burn_rate_peak_6h{};
  std::int64_t samples = 0;  ///< rows of metrics in the window
};
STOOK_DESCRIBE(impact_measure, (duration_s), (requests), (failed_requests), (baseline_error_percent),
               (peak_error_percent), (peak_error_at), (baseline_latency_ms), (peak_latency_ms),
               (peak_latency_at), (slo_percent), (budget_consumed_percent), (burn_rate_peak_1h),
               (burn_rate_peak_6h), (samples))

/// The series of a table that impact is measured on, by what their names say (detect/direction.hpp): the
/// first of each role; of latencies the highest percentile up to p95.
impact_query impact_query_for(const metrics_table& metrics, const time_span& window,
                              std::vector<time_span> not_quiet, const service_objective& objective = {});

/// With step the usual distance of two samples, over the samples of the window:
/// requests = sum(rate x step); failed = sum(rate x step x max(error - baseline, 0)), where baseline is the
/// median of the samples outside of all `not_quiet`; low and high take the baseline 2 median absolute
/// deviations higher and lower. Budget consumed = failed / ((1 - SLO) x requests over the SLO's days), the
/// latter extrapolated from all the data. Burn rate = the highest share of excess failures in an hour (six
/// hours), over (1 - SLO); an hour counts in full even if the incident was shorter, so that a blip does not
/// burn like an hour. A rate above 1 anywhere makes the whole series percent. Missing samples count nothing.
impact_measure measure_impact(const metrics_table& metrics, const impact_query& query);

enum class severity_level { SEV1, SEV2, SEV3, SEV4, none };
BOOST_DESCRIBE_ENUM(severity_level, SEV1, SEV2, SEV3, SEV4, none)

struct severity_verdict {
  severity_level level = severity_level::SEV4;
  std::string rule;  ///< the one that fired
};

/// The first rule that holds, after the SRE Workbook's alerts on burn rate (chapter 5):
/// SEV1: 144 times the budget's rate for 1 h (at 99.9 %, one request in seven fails);
/// SEV2: 14.4 times for 1 h, or 6 times for 6 h, where the workbook pages;
/// SEV3: any budget burnt at 1 times or more for 6 h, or latency at twice its baseline;
/// SEV4: anything else that a detector found.
severity_verdict severity_of(const impact_measure& impact);

}  // namespace stook::sre
