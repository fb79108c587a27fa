#include <oncall/postmortem/impact.hpp>

namespace stook::sre {

severity_verdict severity_of(const impact_measure& impact) {
  const double hour = impact.burn_rate_peak_1h.value_or(0);
  const double six_hours = impact.burn_rate_peak_6h.value_or(0);
  if (hour >= 144) return {severity_level::SEV1, "error_budget_burn>=144x for 1h"};
  if (hour >= 14.4) return {severity_level::SEV2, "error_budget_burn>=14.4x for 1h"};
  if (six_hours >= 6) return {severity_level::SEV2, "error_budget_burn>=6x for 6h"};
  if (six_hours >= 1) return {severity_level::SEV3, "error_budget_burn>=1x for 6h"};
  if (impact.peak_latency_ms && impact.baseline_latency_ms &&
      impact.peak_latency_ms->value >= 2 * *impact.baseline_latency_ms) {
    return {severity_level::SEV3, "peak_latency>=2x baseline"};
  }
  return {severity_level::SEV4, "anomaly detected, below every other rule"};
}

}  // namespace stook::sre
