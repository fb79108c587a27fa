#include <oncall/postmortem/draft_incident.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <oncall/screen/injection.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

bool is_kind(const change_event& event, std::initializer_list<std::string_view> kinds) {
  return std::find(kinds.begin(), kinds.end(), event.kind) != kinds.end();
}

/// Runs `judge` on a statement that a postmortem can do without. True if it holds; otherwise it is dropped
/// and counted, or stays a problem, as the caller of `draft_postmortem` wished.
template <typename Judge>
bool keep(incident_draft& draft, citation_check& check, Judge judge) {
  const std::size_t before = check.problems().size();
  judge();
  if (check.problems().size() == before) return true;
  if (draft.inputs.unsupported == unsupported_claims::drop) {
    check.problems().resize(before);
    ++draft.dropped;
  }
  return false;
}

evidence_ids joined(evidence_ids a, const evidence_ids& b) {
  for (const std::string& id : b) {
    if (!id.empty() && std::find(a.begin(), a.end(), id) == a.end()) a.push_back(id);
  }
  return a;
}

/// Time of day, for sentences.
std::string clock_time(timestamp t) { return to_string(t).substr(11, 5); }

/// Day and time, for sentences: "2026-01-15 14:52", with seconds where there are some.
std::string day_and_time(timestamp t) {
  std::string out = to_string(t).substr(0, 19);
  out[10] = ' ';
  if (out.ends_with(":00")) out.resize(16);
  return out;
}

// ---- cause

confidence capped_confidence(const incident_draft& draft, const incident& made) {
  confidence out{.level = draft.found.confidence, .basis = one_line(draft.found.basis, 400), .capped_by = {}};
  const auto cap = [&](confidence_level most, const char* rule) {
    if (out.level >= most) return;
    out.level = most;
    out.capped_by = rule;
  };
  const auto& trigger = made.root_cause.trigger;
  const bool before =
      trigger.t && *trigger.t <= draft.window.start + std::chrono::seconds(draft.window.start_uncertainty_s);
  const bool outside = !draft.found.hypothesis.service ||
                       draft.found.hypothesis.mechanism == failure_mechanism::external_dependency ||
                       draft.found.hypothesis.mechanism == failure_mechanism::unknown;
  if (!before) cap(confidence_level::medium, "no-trigger-before-onset");
  if (outside) cap(confidence_level::low, "cause-outside-telemetry");
  if (draft.window.missing_fraction > 0.2) cap(confidence_level::low, "data-gap");
  if (made.status == incident_status::inconclusive) cap(confidence_level::inconclusive, "no-alternative");
  return out;
}

trigger_section make_trigger(incident_draft& draft, citation_check& check) {
  trigger_section out;
  const auto& found = draft.found.trigger;
  if (!found || found->kind == trigger_kind::unknown) return out;
  const std::string path = draft.path + ".trigger";
  const change_event* event = found->t ? draft.event_at(*found->t) : nullptr;
  const bool is_change = found->kind == trigger_kind::deploy || found->kind == trigger_kind::config;
  if (is_change && (!event || draft.changes_id.empty())) {
    check.note(path,
               "is a change, so its time is expected to be that of an event; there is none at that time "
               "around the incident");
    return out;
  }
  if (!event && !check.ids(path, found->evidence)) return out;
  if (!event && found->t && !check.instant(path, *found->t, found->evidence)) return out;
  if (!found->evidence.empty() && !check.ids(path, found->evidence)) return out;
  out.kind = found->kind;
  out.t = found->t;
  out.evidence = found->evidence;
  if (event) {
    out.event = describe(*event);
    out.t = event->ts;
    if (!draft.changes_id.empty()) out.evidence = joined(found->evidence, {draft.changes_id});
  }
  return out;
}

}  // namespace

std::string falsifier_sentence(std::string_view falsifier) {
  std::string out = one_line(falsifier, 600);
  if (!out.empty() && std::string_view(".!?").find(out.back()) == std::string_view::npos) out += '.';
  return out;
}

std::string refutation(std::string_view falsifier, std::string_view check) {
  return falsifier_sentence(falsifier) + std::string(check_mark) + one_line(check, 600);
}

alternative untested_alternative(const std::string& impact_id) {
  return {.hypothesis = "The cause lies outside of the telemetry",
          .verdict = alternative_verdict::not_testable,
          .reason =
              "No other cause was held against the evidence, and what is not measured cannot be ruled "
              "out",
          .evidence = {impact_id},
          .service = {},
          .mechanism = failure_mechanism::external_dependency};
}

namespace {

void add_alternatives(incident_draft& draft, citation_check& check, incident& made) {
  for (std::size_t i = 0; i < draft.found.alternatives.size(); ++i) {
    const rejected_hypothesis& other = draft.found.alternatives[i];
    const std::string path = fmt::format("{}.alternatives[{}]", draft.path, i);
    const bool holds = keep(draft, check, [&] {
      check.text(path + ".hypothesis", other.hypothesis, other.evidence) &&
          check.text(path + ".reason", other.reason, other.evidence) &&
          (!other.service || check.name(path + ".service", "service", *other.service, other.evidence));
    });
    if (!holds) continue;
    alternative next{.hypothesis = one_line(other.hypothesis, 600),
                     .verdict = other.verdict,
                     .reason = one_line(other.reason, 600),
                     .evidence = other.evidence,
                     .service = {},
                     .mechanism = other.mechanism};
    if (other.service) next.service = one_line(*other.service, 200);
    made.alternatives.push_back(std::move(next));
  }
  if (!made.alternatives.empty()) return;
  made.status = incident_status::inconclusive;
  made.alternatives.push_back(untested_alternative(draft.impact_id));
}

void add_cause(incident_draft& draft, citation_check& check, incident& made) {
  const hypothesis& h = draft.found.hypothesis;
  const std::string path = draft.path + ".hypothesis";
  if (check.text(path + ".statement", h.statement, h.evidence) && h.service) {
    check.name(path + ".service", "service", *h.service, h.evidence);
  }
  if (h.falsifier.empty()) check.note(path + ".falsifier", "is empty: say what would refute the hypothesis");
  if (h.check.empty()) check.note(path + ".check", "is empty: say how to look for what would refute it");
  root_cause& cause = made.root_cause;
  cause.statement = one_line(h.statement, 600);
  if (h.service) cause.service = one_line(*h.service, 200);
  cause.mechanism = h.mechanism;
  cause.trigger = make_trigger(draft, check);
  cause.evidence = h.evidence;
  cause.falsifier = refutation(h.falsifier, h.check);
  for (std::size_t i = 0; i < draft.found.propagation.size(); ++i) {
    const propagation_step& step = draft.found.propagation[i];
    const std::string at = fmt::format("{}.propagation[{}]", draft.path, i);
    const bool holds = keep(draft, check, [&] {
      check.text(at + ".effect", step.effect, step.evidence) &&
          check.name(at + ".from", "service", step.from, step.evidence) &&
          check.name(at + ".to", "service", step.to, step.evidence) &&
          check.number(at + ".lag_s", step.lag_s, step.evidence);
    });
    if (holds) cause.propagation.push_back(step);
  }
  if (const auto share = draft.found.explains_share) {
    if (keep(draft, check, [&] { check.number(draft.path + ".explains_share", *share, h.evidence); })) {
      cause.explains_share = share;
    }
  }
  for (const std::string& open : draft.found.unexplained) cause.unexplained.push_back(one_line(open));
  add_alternatives(draft, check, made);
  cause.confidence = capped_confidence(draft, made);
  if (cause.confidence.level == confidence_level::inconclusive) made.status = incident_status::inconclusive;
}

// ---- impact

quantity quantity_of(const std::optional<banded>& measured, const char* unit, const char* method,
                     const char* missing, const std::string& id) {
  quantity out{.value = 0, .unit = unit, .low = {}, .high = {}, .method = missing, .evidence = {id}};
  if (!measured) return out;
  out.value = measured->value;
  out.low = measured->low;
  out.high = measured->high;
  out.method = method;
  return out;
}

/// True if `caller` reaches `callee` by calls.
bool calls(const std::vector<call_edge>& topology, const std::string& caller, const std::string& callee) {
  std::set<std::string> seen{caller};
  std::vector<std::string> open{caller};
  while (!open.empty()) {
    const std::string at = std::move(open.back());
    open.pop_back();
    for (const call_edge& edge : topology) {
      if (edge.caller != at || !seen.insert(edge.callee).second) continue;
      if (edge.callee == callee) return true;
      open.push_back(edge.callee);
    }
  }
  return false;
}

void add_name(std::vector<std::string>& names, const std::optional<std::string>& name) {
  if (name && std::find(names.begin(), names.end(), *name) == names.end())
    names.push_back(one_line(*name, 200));
}

std::string seen_by_users(const impact_measure& impact) {
  // Without a rate of requests they are not counted, but a budget that burns tells that some failed.
  const bool failed =
      impact.failed_requests ? impact.failed_requests->low > 0 : impact.burn_rate_peak_1h.value_or(0) >= 1;
  const bool slow = impact.peak_latency_ms && impact.baseline_latency_ms &&
                    impact.peak_latency_ms->low > 1.5 * *impact.baseline_latency_ms;
  if (failed && slow) return "Requests failed and were slow";
  if (failed) return "Requests failed";
  if (slow) return "Requests were slow";
  return "Neither failed nor slow requests, as far as the metrics tell";
}

void add_impact(incident_draft& draft, citation_check& check, incident& made) {
  const impact_measure& m = draft.impact;
  const severity_verdict how_bad = severity_of(m);
  made.severity = {.level = how_bad.level, .rule = how_bad.rule, .evidence = {draft.impact_id}};
  impact_section& out = made.impact;
  out.duration_s = m.duration_s;
  out.affected_requests = quantity_of(m.requests, "requests", "sum of rate x step over the window",
                                      "not measurable: no request rate in the metrics", draft.impact_id);
  out.failed_requests =
      quantity_of(m.failed_requests, "requests",
                  "sum of rate x step x (error rate above its quiet median) over the window; low and high: "
                  "the median 2 MAD higher and lower",
                  "not measurable: no request rate or no error rate in the metrics", draft.impact_id);
  if (m.peak_latency_ms) {
    out.latency = quantity_of(m.peak_latency_ms, "ms",
                              "highest sample of the window; low and high: 2 MAD of "
                              "quiet time",
                              "", draft.impact_id);
  }
  out.error_budget = {.slo = draft.inputs.objective.slo,
                      .slo_window_days = draft.inputs.objective.window_days,
                      .consumed_fraction = m.budget_consumed_percent.value_or(0) / 100,
                      .burn_rate_peak = m.burn_rate_peak_1h.value_or(0),
                      .assumed = draft.inputs.objective.assumed};
  out.user_facing = seen_by_users(m);

  const auto& cause = draft.found.hypothesis;
  if (cause.service) {
    out.services.push_back({one_line(*cause.service, 200), service_role::cause, cause.evidence});
  }
  const auto add_service = [&](const std::string& name, service_role role, const evidence_ids& ids) {
    const bool known = std::any_of(out.services.begin(), out.services.end(),
                                   [&](const affected_service& s) { return s.name == name; });
    if (!known) out.services.push_back({name, role, ids});
  };
  for (const propagation_step& step : made.root_cause.propagation) {
    add_service(step.from, service_role::propagated, step.evidence);
    add_service(step.to, service_role::propagated, step.evidence);
  }
  const auto role_of = [&](const std::string& name) {
    const bool upstream = cause.service && calls(draft.inputs.topology, name, *cause.service);
    return upstream ? service_role::propagated : service_role::impacted;
  };
  if (draft.named) {
    for (const affected_service& s : draft.named->services) add_service(s.name, role_of(s.name), s.evidence);
    out.regions = draft.named->regions;
    out.endpoints = draft.named->endpoints;
  }
  for (std::size_t i = 0; i < draft.found.top_contributors.size(); ++i) {
    const contributor& c = draft.found.top_contributors[i];
    const std::string path = fmt::format("{}.top_contributors[{}]", draft.path, i);
    const bool holds = keep(draft, check, [&] {
      check.name(path, "service", c.service, c.evidence) &&
          (!c.error_kind || check.name(path, "kind of error", *c.error_kind, c.evidence)) &&
          (!c.region || check.name(path, "region", *c.region, c.evidence)) &&
          (!c.endpoint || check.name(path, "endpoint", *c.endpoint, c.evidence)) &&
          check.number(path + ".count", static_cast<double>(c.count), c.evidence) &&
          (!c.lift || check.number(path + ".lift", *c.lift, c.evidence));
    });
    if (!holds) continue;
    add_service(one_line(c.service, 200), role_of(c.service), c.evidence);
    add_name(out.regions, c.region);
    add_name(out.endpoints, c.endpoint);
    made.contributing_factors.push_back(
        {.text =
             fmt::format("{} logged {} {} in the window", one_line(c.service, 200),
                         thousands(double(c.count)), c.error_kind ? one_line(*c.error_kind, 200) : "rows"),
         .evidence = c.evidence,
         .kind = claim_kind::measured,
         .confidence = {}});
  }
}

// ---- time

void add_timeline(incident_draft& draft, citation_check& check, incident& made) {
  using enum timeline_kind;
  const detected_window& w = draft.window;
  const time_span around = draft.around();
  const auto add = [&](timestamp t, std::string what, timeline_kind kind, timeline_source source,
                       evidence_ids ids) {
    made.timeline.push_back({t, std::move(what), kind, source, std::move(ids)});
  };
  if (!draft.changes_id.empty()) {
    for (const change_event& event : draft.inputs.events) {
      if (event.ts < around.start || event.ts > around.end) continue;
      const bool alert = is_kind(event, {"alert"});
      const bool undo = is_kind(event, {"rollback", "mitigation", "failover", "restart"});
      const timeline_kind kind = alert ? timeline_kind::alert : undo ? mitigation : change;
      add(event.ts, describe(event), kind, alert ? timeline_source::alert : timeline_source::events,
          {draft.changes_id});
    }
  }
  add(w.start, "Metrics leave their baseline", symptom_start, timeline_source::metrics, w.evidence);
  if (draft.impact.peak_latency_at) {
    add(*draft.impact.peak_latency_at,
        fmt::format("Latency peaks at {:.0f} ms", draft.impact.peak_latency_ms->value), peak,
        timeline_source::metrics, {draft.impact_id});
  }
  if (draft.impact.peak_error_at) {
    add(*draft.impact.peak_error_at,
        fmt::format("Error rate peaks at {:.2f} %", draft.impact.peak_error_percent->value), peak,
        timeline_source::metrics, {draft.impact_id});
  }
  if (w.end)
    add(*w.end, "Metrics are back at their baseline", symptom_end, timeline_source::metrics, w.evidence);

  for (std::size_t i = 0; i < draft.inputs.timeline.size(); ++i) {
    const timeline_row& row = draft.inputs.timeline[i];
    if (row.t < around.start || row.t > around.end) continue;
    const std::string path = fmt::format("timeline[{}]", i);
    const bool holds = keep(draft, check, [&] {
      const bool needs_event =
          row.kind == timeline_kind::alert || row.kind == mitigation || row.kind == human;
      if (needs_event && !draft.event_at(row.t)) {
        check.note(path, "tells what somebody did, and no event of that time says so");
      } else if (check.text(path, row.event, row.evidence) && check.instant(path, row.t, row.evidence)) {
        check.source(path, row.source, row.evidence);
      }
    });
    if (!holds) continue;
    made.timeline.push_back(row);
    made.timeline.back().event = one_line(row.event);
  }
  std::stable_sort(made.timeline.begin(), made.timeline.end(),
                   [](const timeline_row& a, const timeline_row& b) { return a.t < b.t; });
}

void add_detection(const incident_draft& draft, incident& made) {
  detection_section& out = made.detection;
  const time_span span = draft.span();
  out.first_signal_at = span.start;
  out.how = detection_how::anomaly_scan_after_the_fact;
  for (const change_event& event : draft.inputs.events) {
    if (event.ts < span.start || event.ts > span.end) continue;
    if (is_kind(event, {"alert"}) && out.how != detection_how::alert) {
      out.how = detection_how::alert;
      out.alerted_at = event.ts;
      out.ttd_s = (event.ts - span.start) / 1s;
    }
    if (is_kind(event, {"rollback", "mitigation", "failover", "restart"}) &&
        !std::holds_alternative<std::int64_t>(out.ttm_s)) {
      out.ttm_s = (event.ts - span.start) / 1s;
    }
  }
  if (draft.window.end) out.ttr_s = (*draft.window.end - span.start) / 1s;
  if (out.how != detection_how::alert) {
    out.gaps.push_back({.text = "No alert is recorded for this incident: a scan of the metrics found it",
                        .evidence = draft.window.evidence,
                        .kind = claim_kind::inferred,
                        .confidence = {}});
  }
}

void add_resolution(const incident_draft& draft, incident& made) {
  resolution& out = made.resolution;
  out.evidence = draft.window.evidence;
  out.unknown = true;
  if (!draft.window.end) {
    out.what_ended_it = "Not over where the data end";
    return;
  }
  out.verified_by = draft.window.evidence;
  const timestamp end = *draft.window.end;
  const change_event* last = nullptr;
  for (const change_event& event : draft.inputs.events) {
    if (event.ts > draft.window.start && event.ts > end - 30min && event.ts <= end) last = &event;
  }
  if (!last || draft.changes_id.empty()) {
    out.what_ended_it =
        "Unknown: the metrics came back to their baseline, and no recorded action explains it";
    return;
  }
  out.unknown = !is_kind(*last, {"rollback", "mitigation", "failover", "restart"});
  out.evidence = joined(draft.window.evidence, {draft.changes_id});
  out.what_ended_it = fmt::format(
      "The metrics came back to their baseline at {}, after this of {}: {}. That the "
      "one ended the other is not proven.",
      clock_time(end), clock_time(last->ts), describe(*last));
}

// ---- words

void add_summary(incident_draft& draft, citation_check& check, incident& made) {
  const impact_measure& m = draft.impact;
  const auto measured = [&](std::string text, evidence_ids ids) {
    made.summary.push_back({std::move(text), std::move(ids), claim_kind::measured, {}});
  };
  const evidence_ids window_ids = joined(draft.window.evidence, {draft.impact_id});
  const double minutes = static_cast<double>(m.duration_s) / 60;
  const std::string since = day_and_time(draft.window.start);
  std::string until = draft.window.end ? day_and_time(*draft.window.end) : std::string();
  if (until.starts_with(since.substr(0, 11))) until.erase(0, 11);  // the same day
  measured(
      draft.window.end
          ? fmt::format("From {} to {} UTC, {:.0f} minutes, the metrics were off their baseline", since,
                        until, minutes)
          : fmt::format("Since {} UTC the metrics are off their baseline, and still were where the data end "
                        "{:.0f} minutes later",
                        since, minutes),
      window_ids);
  if (m.failed_requests && m.requests) {
    measured(fmt::format("{} of {} requests failed beyond the usual; the error rate peaked at {:.2f} %",
                         thousands(m.failed_requests->value), thousands(m.requests->value),
                         m.peak_error_percent->value),
             {draft.impact_id});
  }
  if (m.peak_latency_ms && m.baseline_latency_ms) {
    measured(fmt::format("Latency peaked at {:.0f} ms, against {:.0f} ms in quiet times",
                         m.peak_latency_ms->value, *m.baseline_latency_ms),
             {draft.impact_id});
  }
  if (m.budget_consumed_percent) {
    measured(fmt::format("It used {:.1f} % of the error budget", *m.budget_consumed_percent),
             {draft.impact_id});
  }
  made.summary.push_back({.text = made.root_cause.statement,
                          .evidence = made.root_cause.evidence,
                          .kind = claim_kind::inferred,
                          .confidence = made.root_cause.confidence});
  const auto take = [&](const std::vector<cited_text>& from, const char* what, std::vector<claim>& into,
                        std::size_t most) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::string path = fmt::format("{}.{}[{}]", draft.path, what, i);
      if (!keep(draft, check, [&] { check.text(path, from[i].text, from[i].evidence); })) continue;
      if (into.size() >= most) continue;
      into.push_back({one_line(from[i].text, 600), from[i].evidence, claim_kind::measured, {}});
    }
  };
  take(draft.found.symptoms, "symptoms", made.summary, 10);
  take(draft.found.key_facts, "key_facts", made.contributing_factors, 40);
}

std::string title_of(const hypothesis& h) {
  const std::string how = words(h.mechanism);
  if (!h.service) return "Cause outside of the telemetry: " + how;
  return fmt::format("{}: {}", one_line(*h.service, 100),
                     h.mechanism == failure_mechanism::unknown ? "unknown mechanism" : how);
}

lessons ask_people(const incident& made) {
  lessons out;
  out.needs_human_input = {"Which users and contracts were affected?",
                           "What went well, and where were we lucky?", "Was data lost or written twice?"};
  if (made.detection.how != detection_how::alert)
    out.needs_human_input.push_back("Who noticed first, and how?");
  if (made.resolution.unknown) out.needs_human_input.push_back("What ended it?");
  return out;
}

}  // namespace

time_span incident_draft::around() const { return {window.start - 6h, window.end.value_or(data_end) + 1h}; }

const change_event* incident_draft::event_at(timestamp t) const {
  const time_span limits = around();
  const change_event* nearest = nullptr;
  for (const change_event& event : inputs.events) {
    const auto distance = std::chrono::abs(event.ts - t);
    if (event.ts < limits.start || event.ts > limits.end || distance >= 1s) continue;
    if (!nearest || distance < std::chrono::abs(nearest->ts - t)) nearest = &event;
  }
  return nearest;
}

std::string describe(const change_event& event) {
  std::string out = event.kind.empty() ? "change" : event.kind;
  if (!event.service.empty()) out += " of " + event.service;
  // In the words of the document it would stand as a fact; the evidence has it as it is.
  if (!event.detail.empty())
    out += suspected_injection(event.detail) ? ": [its text reads like an instruction]" : ": " + event.detail;
  return one_line(out);
}

incident make_incident(incident_draft& draft, citation_check& check) {
  incident made;
  made.id = fmt::format("I{}", draft.index + 1);
  made.title = title_of(draft.found.hypothesis);
  add_cause(draft, check, made);
  add_impact(draft, check, made);
  made.window = {.start = draft.window.start,
                 .end = {},
                 .state = draft.window.end ? window_state::resolved : window_state::ongoing,
                 .start_uncertainty_s = draft.window.start_uncertainty_s,
                 .end_uncertainty_s = draft.window.end_uncertainty_s,
                 .detector = one_line(draft.window.detector, 100),
                 .evidence = draft.window.evidence};
  if (draft.window.end) made.window.end = *draft.window.end;
  add_timeline(draft, check, made);
  add_detection(draft, made);
  add_resolution(draft, made);
  add_summary(draft, check, made);
  made.lessons = ask_people(made);

  const auto& trigger = made.root_cause.trigger;
  const std::vector<mitigation> proposed = propose(
      draft.actions,
      {.cause = draft.found.hypothesis.mechanism,
       .service = draft.found.hypothesis.service ? one_line(*draft.found.hypothesis.service, 200) : "",
       .trigger = trigger.kind,
       .change = trigger.event.value_or("")},
      draft.inputs.owners);
  made.action_items = make_action_items(draft, proposed);
  for (action_type type : {action_type::prevent, action_type::detect}) {
    const bool has = std::any_of(made.action_items.begin(), made.action_items.end(),
                                 [type](const action_item& item) { return item.type == type; });
    if (!has) {
      check.note(draft.path, fmt::format("the catalogue has no {} action for {}",
                                         type == action_type::prevent ? "prevent" : "detect",
                                         name(draft.found.hypothesis.mechanism)));
    }
  }
  made.runbook = make_runbook(draft, made, proposed);
  return made;
}

}  // namespace stook::sre
