#include <oncall/postmortem/rebuild.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace stook::sre {
namespace {

std::optional<std::string> name_in(const nullable<std::string>& name) {
  if (const auto* text = std::get_if<std::string>(&name)) return *text;
  return std::nullopt;
}

/// "A Check: B" in two. B also stands in the runbook, alone, which tells where it begins.
void split_falsifier(const incident& written, hypothesis& into) {
  const std::string& text = written.root_cause.falsifier;
  const auto& steps = written.runbook.steps;
  const auto step = std::find_if(steps.begin(), steps.end(),
                                 [](const runbook_step& s) { return s.phase == runbook_phase::diagnose; });
  if (step != steps.end()) {
    const std::size_t length = check_mark.size() + step->do_.size();
    const std::string_view end = std::string_view(text).substr(text.size() - std::min(length, text.size()));
    // There it begins with a capital letter.
    if (end.size() > check_mark.size() && end.starts_with(check_mark) &&
        end.substr(check_mark.size() + 1) == std::string_view(step->do_).substr(1)) {
      into.falsifier = text.substr(0, text.size() - end.size());
      into.check = end.substr(check_mark.size());
      return;
    }
  }
  const std::size_t at = text.find(check_mark);
  into.falsifier = text.substr(0, at);
  if (at != std::string::npos) into.check = text.substr(at + check_mark.size());
}

/// Behind the sentences that the code writes, the last of which is the cause, stand the symptoms.
std::vector<cited_text> symptoms_of(const incident& written) {
  std::vector<cited_text> out;
  auto at = std::find_if(written.summary.begin(), written.summary.end(),
                         [](const claim& c) { return c.kind == claim_kind::inferred; });
  if (at != written.summary.end()) ++at;
  for (; at != written.summary.end(); ++at) out.push_back({at->text, at->evidence});
  return out;
}

std::vector<rejected_hypothesis> alternatives_of(const incident& written) {
  std::vector<rejected_hypothesis> out;
  if (written.alternatives.size() == 1) {
    const alternative none = untested_alternative("");
    const alternative& only = written.alternatives.front();
    if (only.hypothesis == none.hypothesis && only.reason == none.reason) return out;
  }
  for (const alternative& a : written.alternatives) {
    out.push_back({.hypothesis = a.hypothesis,
                   .service = name_in(a.service),
                   .mechanism = a.mechanism,
                   .verdict = a.verdict,
                   .reason = a.reason,
                   .evidence = a.evidence});
  }
  return out;
}

}  // namespace

incident_finding finding_of(const incident& written, const detected_window& of) {
  const root_cause& cause = written.root_cause;
  incident_finding out{.start = of.start, .end = of.end};
  out.symptoms = symptoms_of(written);
  for (const claim& factor : written.contributing_factors)
    out.key_facts.push_back({factor.text, factor.evidence});
  out.hypothesis = {.statement = cause.statement,
                    .service = name_in(cause.service),
                    .mechanism = cause.mechanism,
                    .falsifier = {},
                    .check = {},
                    .evidence = cause.evidence};
  split_falsifier(written, out.hypothesis);
  out.alternatives = alternatives_of(written);
  if (cause.trigger.kind != trigger_kind::unknown) {
    out.trigger =
        trigger_finding{cause.trigger.kind, cause.trigger.t, cause.trigger.evidence.value_or(evidence_ids{})};
  }
  out.propagation = cause.propagation;
  out.explains_share = cause.explains_share;
  out.unexplained = cause.unexplained;
  // What a rule lowered is lowered again; which level it was before, the rule does not depend on.
  out.confidence = cause.confidence.capped_by ? confidence_level::high : cause.confidence.level;
  out.basis = cause.confidence.basis;
  return out;
}

namespace {

incident rebuild(const rebuild_place& at, const incident_finding& found, const impact_section* named,
                 citation_check check, std::vector<draft_problem>& problems) {
  draft_inputs in = at.inputs;
  in.timeline.clear();
  in.mitigations.clear();
  in.unsupported = unsupported_claims::drop;
  for (const action_item& item : at.written.action_items) in.mitigations.push_back(item.id);
  incident_draft draft{.inputs = in,
                       .found = found,
                       .window = at.window,
                       .actions = in.actions ? *in.actions : default_catalogue(),
                       .index = at.index,
                       .path = fmt::format("incidents[{}]", at.index),
                       .data_end = end_of(*in.metrics),
                       .asked = {},
                       .impact = {},
                       .impact_id = {},
                       .changes_id = {},
                       .dropped = 0,
                       .named = named};
  measure(draft, at.log);
  incident out = make_incident(draft, check);
  problems.insert(problems.end(), check.problems().begin(), check.problems().end());
  return out;
}

evidence_lookup lookup_in(const evidence_log& log) {
  return [&log](std::string_view id) { return log.find(id); };
}

}  // namespace

incident rebuild_incident(const rebuild_place& at, std::vector<draft_problem>& problems) {
  return rebuild(at, finding_of(at.written, at.window), &at.written.impact,
                 citation_check::trusting(lookup_in(at.log)), problems);
}

incident rebuild_incident(const rebuild_place& at, const incident_finding& found,
                          std::vector<draft_problem>& problems) {
  return rebuild(at, found, nullptr, citation_check(lookup_in(at.log)), problems);
}

}  // namespace stook::sre
