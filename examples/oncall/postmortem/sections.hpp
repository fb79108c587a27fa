#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <oncall/postmortem/finding.hpp>
#include <oncall/postmortem/impact.hpp>
#include <stook/core/describe.hpp>

/// The sections of an incident in postmortem.json that others than document.hpp need.
namespace stook::sre {

/// A field that is always written: null where there is no value.
template <typename T>
using nullable = std::variant<std::monostate, T>;

using evidence_ids = std::vector<std::string>;

enum class claim_kind { measured, inferred, reported_by_human };
BOOST_DESCRIBE_ENUM(claim_kind, measured, inferred, reported_by_human)

struct confidence {
  confidence_level level = confidence_level::inconclusive;
  std::string basis;
  std::optional<std::string> capped_by;  ///< the rule that lowered it
};
STOOK_DESCRIBE(confidence, (level), (basis), (capped_by))

struct claim {
  std::string text;
  evidence_ids evidence;
  std::optional<claim_kind> kind;
  std::optional<sre::confidence> confidence;
};
STOOK_DESCRIBE(claim, (text), (evidence), (kind), (confidence))

struct quantity {
  double value = 0;
  std::string unit;
  std::optional<double> low;
  std::optional<double> high;
  std::string method;
  evidence_ids evidence;
};
STOOK_DESCRIBE(quantity, (value), (unit), (low), (high), (method), (evidence))

struct severity {
  severity_level level = severity_level::SEV4;
  std::string rule;
  evidence_ids evidence;
};
STOOK_DESCRIBE(severity, (level), (rule), (evidence))

enum class window_state { resolved, ongoing, unknown };
BOOST_DESCRIBE_ENUM(window_state, resolved, ongoing, unknown)

struct document_window {
  timestamp start{};
  nullable<timestamp> end;
  window_state state = window_state::unknown;
  std::int64_t start_uncertainty_s = 0;
  std::int64_t end_uncertainty_s = 0;
  std::string detector;
  evidence_ids evidence;
};
STOOK_DESCRIBE(document_window, (start), (end), (state), (start_uncertainty_s), (end_uncertainty_s),
               (detector), (evidence))

struct error_budget {
  double slo = 0;
  int slo_window_days = 0;
  double consumed_fraction = 0;
  double burn_rate_peak = 0;
  bool assumed = true;
};
STOOK_DESCRIBE(error_budget, (slo), (slo_window_days), (consumed_fraction), (burn_rate_peak), (assumed))

enum class service_role { cause, propagated, impacted };
BOOST_DESCRIBE_ENUM(service_role, cause, propagated, impacted)

struct affected_service {
  std::string name;
  service_role role = service_role::impacted;
  evidence_ids evidence;
};
STOOK_DESCRIBE(affected_service, (name), (role), (evidence))

enum class data_loss { none_seen, yes, unknown };
BOOST_DESCRIBE_ENUM(data_loss, none_seen, yes, unknown)

struct impact_section {
  std::int64_t duration_s = 0;
  quantity affected_requests;
  quantity failed_requests;
  std::optional<quantity> users;
  std::optional<quantity> latency;
  sre::error_budget error_budget;
  std::vector<affected_service> services;
  std::vector<std::string> regions;
  std::vector<std::string> endpoints;
  std::string user_facing;
  sre::data_loss data_loss = sre::data_loss::unknown;
};
STOOK_DESCRIBE(impact_section, (duration_s), (affected_requests), (failed_requests), (users), (latency),
               (error_budget), (services), (regions), (endpoints), (user_facing), (data_loss))

enum class detection_how { alert, anomaly_scan_after_the_fact, user_report, unknown };
BOOST_DESCRIBE_ENUM(detection_how, alert, anomaly_scan_after_the_fact, user_report, unknown)

struct detection_section {
  detection_how how = detection_how::unknown;
  timestamp first_signal_at{};
  nullable<timestamp> alerted_at;
  nullable<std::int64_t> ttd_s;
  nullable<std::int64_t> ttm_s;
  nullable<std::int64_t> ttr_s;
  std::vector<claim> gaps;
};
STOOK_DESCRIBE(detection_section, (how), (first_signal_at), (alerted_at), (ttd_s), (ttm_s), (ttr_s), (gaps))

}  // namespace stook::sre
