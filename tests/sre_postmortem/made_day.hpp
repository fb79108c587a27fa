#pragma once

#include <cmath>
#include <memory>

#include <boost/json/value.hpp>

#include <oncall/postmortem/postmortem.hpp>

#include "made_instants.hpp"

/// A day made by hand: a pool runs out from 10:00 to 11:00 after a change of configuration at 09:55.
namespace stook_test {

using namespace stook::sre;

/// 100 requests a second all day. Quiet: 1 % errors, 100 ms. In [10:00, 11:00): 6 % errors, 400 ms.
inline metrics_table made_metrics(bool quiet = false) {
  metrics_table out;
  out.series = {{"rps", {}}, {"p95_ms", {}}, {"error_rate", {}}};
  for (int m = 0; m < 1'440; ++m) {
    const bool ill = !quiet && m >= 600 && m < 660;
    out.ts.push_back(at_minute(m));
    out.series[0].values.push_back(100);
    out.series[1].values.push_back(ill ? 400 + (m == 630 ? 23 : 0) : 100 + (m % 2));
    out.series[2].values.push_back(ill ? 0.06 : 0.01 + 0.0001 * (m % 2));
  }
  return out;
}

struct made_day {
  metrics_table metrics;
  std::shared_ptr<stook::manual_clock> clock = std::make_shared<stook::manual_clock>(at_minute(1'500));
  evidence_log log{clock};
  draft_inputs inputs;

  explicit made_day(bool quiet = false) : metrics(made_metrics(quiet)) {
    inputs.metrics = &metrics;
    inputs.tool_version = "0.1.0";
    inputs.run_id = "run-1";
    inputs.detection_evidence = {log.record({.tool = "detect_incident_window",
                                             .query = "{}",
                                             .source = "metrics.csv",
                                             .source_digest = "ab",
                                             .from = midnight,
                                             .to = at_minute(1'440),
                                             .result = found_windows(quiet),
                                             .rows = quiet ? 0 : 1})};
    if (quiet) {
      inputs.found.verdict = verdict::no_incident;
      return;
    }
    log.record({.tool = "log_pattern_scan",
                .query = R"({"from":"2026-01-15T10:00:00Z","to":"2026-01-15T11:00:00Z"})",
                .from = at_minute(600),
                .to = at_minute(660),
                .result = scan(),
                .rows = 2});
    inputs.windows = {{.start = at_minute(600),
                       .end = at_minute(660),
                       .start_uncertainty_s = 60,
                       .end_uncertainty_s = 60,
                       .missing_fraction = 0,
                       .leading_metric = "p95_ms",
                       .detector = "detect_windows",
                       .evidence = {"E1"}}};
    inputs.events = {{at_minute(595), "config", "db-proxy", "pool.max 50 to 10, CHG-4411"}};
    inputs.topology = {{"api-gateway", "payments"}, {"payments", "db-proxy"}};
    inputs.found = {.verdict = verdict::incident, .incidents = {pool_incident()}, .key_facts = {}};
  }

  static stook::json found_windows(bool quiet) {
    boost::json::array windows;
    if (!quiet) windows.push_back({{"start", "2026-01-15T10:00:00Z"}, {"end", "2026-01-15T11:00:00Z"}});
    return boost::json::object{{"windows", windows}};
  }
  static stook::json scan() {
    return boost::json::array{
        {{"service", "db-proxy"}, {"error_kind", "DBConnPoolExhausted"}, {"count", 35}, {"lift", 21.4}},
        {{"service", "payments"}, {"error_kind", "UpstreamTimeout"}, {"count", 45}, {"lift", 3.2}}};
  }
  static incident_finding pool_incident() {
    incident_finding out;
    out.start = at_minute(600);
    out.end = at_minute(660);
    out.symptoms = {{"45 rows of UpstreamTimeout at payments", {"E2"}}};
    out.top_contributors = {{"db-proxy", "DBConnPoolExhausted", {}, {}, 35, 21.4, {"E2"}},
                            {"payments", "UpstreamTimeout", {}, {}, 45, 3.2, {"E2"}}};
    out.hypothesis = {.statement = "db-proxy ran out of connections",
                      .service = "db-proxy",
                      .mechanism = failure_mechanism::connection_pool_exhaustion,
                      .falsifier = "Fewer than 5 pool errors a minute after the limit is raised to 500.",
                      .check = "Raise the limit on one instance.",
                      .evidence = {"E2"}};
    out.key_facts = {{"DBConnPoolExhausted rose 21.4 times, to 35 rows, from 10:00 to 11:00", {"E1", "E2"}}};
    out.alternatives = {{.hypothesis = "payments itself is slow",
                         .service = "payments",
                         .mechanism = failure_mechanism::upstream_timeout,
                         .verdict = alternative_verdict::unlikely,
                         .reason = "UpstreamTimeout rose only 3.2 times",
                         .evidence = {"E2"}}};
    out.trigger = trigger_finding{trigger_kind::config, at_minute(595), {}};
    out.confidence = confidence_level::high;
    out.basis = "lift and onset order";
    return out;
  }

  incident_finding& found() { return inputs.found.incidents.front(); }
  stook::result<postmortem> draft() { return draft_postmortem(inputs, log); }
  /// The failure's message, or "" where the draft passes.
  std::string refusal() {
    const auto out = draft();
    return out ? std::string() : out.why().message;
  }
};

}  // namespace stook_test
