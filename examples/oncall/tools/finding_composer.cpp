#include <oncall/tools/finding_composer.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <oncall/causes/wording.hpp>
#include <oncall/detect/direction.hpp>
#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t contributors_named = 6;
constexpr std::size_t alternatives_named = 4;

using ids = std::vector<std::string>;

// A number as a person writes it, never more precise than its source.
std::string number_text(double value) {
  const double size = std::abs(value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 1) return fmt::format("{:.1f}", value);
  return fmt::format("{:.3f}", value);
}

std::string clock_text(timestamp t) { return to_string(timestamp::from_seconds(t.seconds())).substr(11, 8); }

// By the words that tools which record changes use for them. What is shipped can be rolled back, as can what
// is set.
trigger_kind kind_of_change(std::string_view kind) {
  struct word {
    std::string_view part;
    trigger_kind means;
  };
  using enum trigger_kind;
  constexpr std::array words{word{"deploy", deploy},    word{"release", deploy},    word{"rollout", deploy},
                             word{"migrat", deploy},    word{"schema", deploy},     word{"upgrade", deploy},
                             word{"patch", deploy},     word{"version", deploy},    word{"config", config},
                             word{"flag", config},      word{"setting", config},    word{"feature", config},
                             word{"toggle", config},    word{"experiment", config}, word{"secret", config},
                             word{"scal", capacity},    word{"capacity", capacity}, word{"resize", capacity},
                             word{"quota", capacity},   word{"drain", capacity},    word{"expir", expiry},
                             word{"cert", expiry},      word{"import", data},       word{"backfill", data},
                             word{"campaign", traffic}, word{"traffic", traffic},   word{"change", config}};
  const std::string lower = ascii::to_lower(kind);
  const auto known =
      std::ranges::find_if(words, [&](const word& w) { return lower.find(w.part) != lower.npos; });
  return known == words.end() ? unknown : known->means;
}

std::optional<std::string> named(const std::string& service) {
  return service.empty() ? std::nullopt : std::optional(service);
}

cited_text symptom(const metric_report& m, const std::string& evidence) {
  const bool rose = m.mean >= m.normal;
  return {
      .text = fmt::format("{} {} from {} to {} on average, {} at worst.", m.metric, rose ? "rose" : "fell",
                          number_text(m.normal), number_text(m.mean), number_text(m.worst)),
      .evidence = {evidence}};
}

std::vector<cited_text> symptoms(const window_report& w, const std::string& evidence) {
  std::vector<metric_report> moved = w.metrics;
  std::ranges::sort(moved, std::ranges::greater{}, &metric_report::deviation);
  std::vector<cited_text> out;
  for (const metric_report& m : moved) {
    if (m.deviation >= 1 && out.size() < 5) out.push_back(symptom(m, evidence));
  }
  if (out.empty() && !moved.empty()) out.push_back(symptom(moved.front(), evidence));
  return out;
}

const std::string& title_of(const log_signal& s) { return s.kind.empty() ? s.message : s.kind; }

std::vector<contributor> contributors(const scan_report& r) {
  std::vector<contributor> out;
  for (const log_signal& s : r.scan.signals) {
    if (s.lift < told_lift || s.service.empty() || out.size() == contributors_named) continue;
    out.push_back(
        {.service = s.service, .error_kind = named(s.kind), .count = s.count, .evidence = {r.evidence}});
  }
  return out;
}

std::vector<cited_text> facts(const scan_report& r) {
  std::vector<cited_text> out;
  out.push_back({fmt::format("{} error lines in the window; by the quiet part of the day {} for as long.",
                             r.scan.error_lines, usual_text(r.scan.expected_error_lines)),
                 {r.evidence}});
  for (const log_signal& s : r.scan.signals) {
    if (s.lift < told_lift || out.size() > 4) break;
    out.push_back({fmt::format("{} logged \"{}\" {}; {}; its rate changed at {}.",
                               s.service.empty() ? "A service without a name" : s.service, title_of(s),
                               times_text(s.count), usual_text(s.expected), clock_text(s.onset)),
                   {r.evidence}});
  }
  return out;
}

hypothesis chosen(const ranked_cause& c, const ids& evidence) {
  return {.statement = c.statement,
          .service = named(c.service),
          .mechanism = c.mechanism,
          .falsifier = c.falsifier,
          .check = c.check,
          .evidence = evidence};
}

// Why a cause that was ranked below the first was not chosen.
std::string reason_against(const ranked_cause& c, const ranked_cause& first) {
  if (c.explains_share < first.explains_share) {
    return fmt::format("It explains {:.0f} % of the excess errors, {} explains {:.0f} %.",
                       100 * c.explains_share, first.id, 100 * first.explains_share);
  }
  if (c.onset > first.onset + std::chrono::minutes(2)) {
    return fmt::format("Its signs begin at {}, those of {} at {}.", clock_text(c.onset), first.id,
                       clock_text(first.onset));
  }
  const std::string ranks =
      fmt::format("It ranks below {}: its score is {:.2f} against {:.2f}", first.id, c.score, first.score);
  if (c.told_by_callers || cause_weight(c.mechanism) < cause_weight(first.mechanism))
    return ranks + ", since what it shows is more often a symptom than a cause.";
  if (first.trigger && !c.trigger)
    return fmt::format("{}, since a change came shortly before {} and none before it.", ranks, first.id);
  return ranks + ".";
}

std::vector<rejected_hypothesis> rejected(const cause_report& causes, const ids& evidence) {
  std::vector<rejected_hypothesis> out;
  for (std::size_t i = 1; i < causes.hypotheses.size() && out.size() < alternatives_named; ++i) {
    const ranked_cause& c = causes.hypotheses[i];
    out.push_back({.hypothesis = c.statement,
                   .service = named(c.service),
                   .mechanism = c.mechanism,
                   .verdict = alternative_verdict::unlikely,
                   .reason = reason_against(c, causes.hypotheses.front()),
                   .evidence = evidence});
  }
  return out;
}

// Where nothing else stands out in the logs, what the metrics can refute: that more requests came than usual,
// or, where that is the cause, that the service took less of a usual load.
std::optional<rejected_hypothesis> refuted_by_traffic(const window_report& w, const std::string& detection,
                                                      bool surge_is_cause) {
  constexpr double more = 1.05;
  for (const metric_report& m : w.metrics) {
    if (infer_sense(m.metric).role != metric_role::throughput) continue;
    if (m.normal <= 0 || (m.mean > more * m.normal) != surge_is_cause) return std::nullopt;
    return rejected_hypothesis{
        .hypothesis = surge_is_cause ? "No more requests came than usual, and less of them was served."
                                     : "More requests came than usual.",
        .service = std::nullopt,
        .mechanism = surge_is_cause ? failure_mechanism::unknown : failure_mechanism::traffic_surge,
        .verdict = alternative_verdict::ruled_out,
        .reason = fmt::format("{} was {} on average in the window, and {} is usual at that time.", m.metric,
                              number_text(m.mean), number_text(m.normal)),
        .evidence = {detection}};
  }
  return std::nullopt;
}

void add_cause(incident_finding& to, const scan_report& r) {
  const ids evidence{r.evidence, r.causes_evidence};
  const ranked_cause& first = r.causes.hypotheses.front();
  to.hypothesis = chosen(first, evidence);
  to.alternatives = rejected(r.causes, evidence);
  to.explains_share = first.explains_share;
  to.confidence = level_of(first.confidence.level);
  if (r.causes.outcome != cause_outcome::found) to.confidence = confidence_level::inconclusive;
  to.basis = fmt::format("{}", fmt::join(first.confidence.basis, "; "));
  for (const std::string& id : first.unexplained) {
    const auto s = std::ranges::find(r.scan.signals, id, &log_signal::id);
    if (s != r.scan.signals.end()) to.unexplained.push_back(s->service + ": " + title_of(*s));
  }
  if (!first.trigger) return;
  const trigger_kind kind = kind_of_change(first.trigger->kind);
  if (kind != trigger_kind::unknown)
    to.trigger = trigger_finding{.kind = kind, .t = first.trigger->ts, .evidence = {r.causes_evidence}};
}

// The metrics show an incident of which the logs know nothing.
void add_no_cause(incident_finding& to, const ids& evidence, std::string why) {
  to.hypothesis = {
      .statement = "The logs do not show what caused it: " + why,
      .service = std::nullopt,
      .mechanism = failure_mechanism::unknown,
      .falsifier = "an error in the logs that rises with the metrics",
      .check = "look at telemetry that is not among the inputs: dependencies, network, infrastructure",
      .evidence = evidence};
  to.confidence = confidence_level::inconclusive;
  to.basis = "no error of the logs rises with the metrics";
}

incident_finding finding_for(const window_report& w, const std::string& detection, const scan_report* scan) {
  incident_finding out{.start = w.start, .symptoms = symptoms(w, detection)};
  if (const auto* end = std::get_if<timestamp>(&w.end)) out.end = *end;
  if (!scan) {
    add_no_cause(out, {detection}, "there is no scan of them.");
    out.key_facts = out.symptoms;
    return out;
  }
  out.top_contributors = contributors(*scan);
  out.key_facts = facts(*scan);
  if (scan->causes.hypotheses.empty()) {
    add_no_cause(out, {scan->evidence, scan->causes_evidence}, scan->causes.reason);
  } else {
    add_cause(out, *scan);
    const bool surge_is_cause = out.hypothesis.mechanism == failure_mechanism::traffic_surge;
    const auto other = refuted_by_traffic(w, detection, surge_is_cause);
    if (out.alternatives.empty() && other) out.alternatives.push_back(*other);
  }
  return out;
}

}  // namespace

confidence_level level_of(cause_confidence_level level) {
  switch (level) {
    case cause_confidence_level::high:
      return confidence_level::high;
    case cause_confidence_level::medium:
      return confidence_level::medium;
    case cause_confidence_level::low:
      return confidence_level::low;
  }
  return confidence_level::low;
}

finding compose_finding(const detection_report& detected, const std::vector<scan_report>& scans) {
  finding out{.verdict = detected.found ? verdict::incident : verdict::no_incident};
  for (const window_report& w : detected.windows) {
    const auto scan =
        std::ranges::find(scans, w.start, [](const scan_report& r) { return r.scan.window.from; });
    out.incidents.push_back(finding_for(w, detected.evidence, scan == scans.end() ? nullptr : &*scan));
  }
  if (!detected.found) {
    out.key_facts.push_back(
        {"The detector judged every metric of the day against its own baseline and found no incident window.",
         {detected.evidence}});
  }
  return out;
}

}  // namespace stook::sre
