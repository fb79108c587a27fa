#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <oncall/postmortem/citations.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t max_text = 2'000;

/// Walks a document and holds each statement against the evidence in it.
class document_check {
 public:
  document_check(const postmortem& document, const known_names* known)
      : document_(document), check_([this](std::string_view id) { return find(id); }, known) {
    for (std::size_t i = 0; i < document.evidence.size(); ++i) {
      const evidence_item& item = document.evidence[i];
      if (!items_.emplace(item.id, &item).second) {
        check_.note(fmt::format("evidence[{}]", i), fmt::format("has the id {} of another one", item.id));
      }
    }
  }

  std::vector<draft_problem> run() {
    claims("summary", document_.summary);
    if (document_.summary.empty()) check_.note("summary", "is empty");
    if (document_.summary.size() > 10) check_.note("summary", "has more than 10 sentences");
    if ((document_.verdict == verdict::incident) == document_.incidents.empty()) {
      check_.note("incidents", "do not fit the verdict");
    }
    for (std::size_t i = 0; i < document_.incidents.size(); ++i) {
      check_incident(fmt::format("incidents[{}]", i), document_.incidents[i]);
    }
    for (std::size_t i = 0; i < document_.data_quality.clock_skew.size(); ++i) {
      check_.ids(fmt::format("data_quality.clock_skew[{}]", i),
                 document_.data_quality.clock_skew[i].evidence);
    }
    return std::move(check_.problems());
  }

 private:
  const evidence_item* find(std::string_view id) const {
    const auto at = items_.find(id);
    return at == items_.end() ? nullptr : at->second;
  }

  void text(const std::string& path, std::string_view words, const evidence_ids& ids) {
    if (words.size() > max_text) check_.note(path, fmt::format("is longer than {} bytes", max_text));
    check_.text(path, words, ids);
  }

  void claims(const std::string& path, const std::vector<claim>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      text(fmt::format("{}[{}]", path, i), all[i].text, all[i].evidence);
    }
  }

  void measured(const std::string& path, const quantity& q) {
    if (q.method.starts_with("not measurable")) return;
    check_.number(path + ".value", q.value, q.evidence);
    if (q.low) check_.number(path + ".low", *q.low, q.evidence);
    if (q.high) check_.number(path + ".high", *q.high, q.evidence);
  }

  void check_cause(const std::string& path, const root_cause& cause) {
    text(path + ".statement", cause.statement, cause.evidence);
    if (const auto* service = std::get_if<std::string>(&cause.service)) {
      check_.name(path + ".service", "service", *service, cause.evidence);
    }
    for (std::size_t i = 0; i < cause.unexplained.size(); ++i) {
      check_.names_in(fmt::format("{}.unexplained[{}]", path, i), cause.unexplained[i], cause.evidence);
    }
    check_.names_in(path + ".confidence.basis", cause.confidence.basis, cause.evidence);
    if (cause.falsifier.empty()) check_.note(path + ".falsifier", "is empty");
    const trigger_section& trigger = cause.trigger;
    if (trigger.event || trigger.t) {
      const evidence_ids ids = trigger.evidence.value_or(evidence_ids{});
      if (trigger.event) text(path + ".trigger.event", *trigger.event, ids);
      if (trigger.t) check_.instant(path + ".trigger.t", *trigger.t, ids);
    }
    for (std::size_t i = 0; i < cause.propagation.size(); ++i) {
      const propagation_step& step = cause.propagation[i];
      const std::string at = fmt::format("{}.propagation[{}]", path, i);
      text(at, step.effect, step.evidence);
      check_.name(at + ".from", "service", step.from, step.evidence);
      check_.name(at + ".to", "service", step.to, step.evidence);
      check_.number(at + ".lag_s", step.lag_s, step.evidence);
    }
    if (cause.explains_share && (*cause.explains_share < 0 || *cause.explains_share > 1)) {
      check_.note(path + ".explains_share", fmt::format("is {:g}, no share", *cause.explains_share));
    }
    if (cause.explains_share) check_.number(path + ".explains_share", *cause.explains_share, cause.evidence);
  }

  void check_actions(const std::string& path, const incident& each) {
    for (action_type type : {action_type::prevent, action_type::detect}) {
      const bool has = std::any_of(each.action_items.begin(), each.action_items.end(),
                                   [type](const action_item& item) { return item.type == type; });
      if (!has) {
        check_.note(path + ".action_items",
                    fmt::format("hold no {} action", type == action_type::prevent ? "prevent" : "detect"));
      }
    }
    runbook_phase phase = runbook_phase::confirm;
    for (std::size_t i = 0; i < each.runbook.steps.size(); ++i) {
      const runbook_step& step = each.runbook.steps[i];
      const std::string at = fmt::format("{}.runbook.steps[{}]", path, i);
      if (step.phase < phase) check_.note(at, "stands behind a step of a later phase");
      phase = std::max(phase, step.phase);
      if (step.n != static_cast<int>(i) + 1) check_.note(at, fmt::format("has the number {}", step.n));
      if (step.risk != action_risk::read_only && step.approval == action_approval::none) {
        check_.note(at, "changes something and asks nobody");
      }
      if (step.evidence) check_.ids(at, *step.evidence);
    }
  }

  /// Regions and endpoints cite nothing themselves: they come from what rose with the incident.
  void check_places(const std::string& path, const incident& each) {
    evidence_ids ids;
    for (const claim& factor : each.contributing_factors) {
      for (const std::string& id : factor.evidence) {
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
      }
    }
    for (const std::string& region : each.impact.regions) {
      check_.name(path + ".impact.regions", "region", region, ids);
    }
    for (const std::string& endpoint : each.impact.endpoints) {
      check_.name(path + ".impact.endpoints", "endpoint", endpoint, ids);
    }
  }

  void check_incident(const std::string& path, const incident& each) {
    check_.ids(path + ".severity", each.severity.evidence);
    if (check_.instant(path + ".window.start", each.window.start, each.window.evidence)) {
      if (const auto* end = std::get_if<timestamp>(&each.window.end)) {
        check_.instant(path + ".window.end", *end, each.window.evidence);
      }
    }
    claims(path + ".summary", each.summary);
    claims(path + ".contributing_factors", each.contributing_factors);
    claims(path + ".detection.gaps", each.detection.gaps);
    measured(path + ".impact.affected_requests", each.impact.affected_requests);
    measured(path + ".impact.failed_requests", each.impact.failed_requests);
    if (each.impact.latency) measured(path + ".impact.latency", *each.impact.latency);
    if (each.impact.users) measured(path + ".impact.users", *each.impact.users);
    for (std::size_t i = 0; i < each.impact.services.size(); ++i) {
      const affected_service& service = each.impact.services[i];
      check_.name(fmt::format("{}.impact.services[{}]", path, i), "service", service.name, service.evidence);
    }
    check_places(path, each);
    if (each.timeline.empty()) check_.note(path + ".timeline", "is empty");
    for (std::size_t i = 0; i < each.timeline.size(); ++i) {
      const timeline_row& row = each.timeline[i];
      const std::string at = fmt::format("{}.timeline[{}]", path, i);
      if (is_said(document_, row)) {  // by a person: their word is the source
        check_.ids(at, row.evidence);
        continue;
      }
      text(at, row.event, row.evidence);
      if (row.evidence.empty()) continue;
      check_.instant(at, row.t, row.evidence);
      check_.source(at, row.source, row.evidence);
    }
    check_cause(path + ".root_cause", each.root_cause);
    if (each.alternatives.empty()) check_.note(path + ".alternatives", "are none: at least one is expected");
    for (std::size_t i = 0; i < each.alternatives.size(); ++i) {
      const alternative& other = each.alternatives[i];
      const std::string at = fmt::format("{}.alternatives[{}]", path, i);
      text(at + ".hypothesis", other.hypothesis, other.evidence);
      text(at + ".reason", other.reason, other.evidence);
      if (const auto* service = std::get_if<std::string>(&other.service)) {
        check_.name(at + ".service", "service", *service, other.evidence);
      }
    }
    if (each.resolution.evidence) {
      text(path + ".resolution", each.resolution.what_ended_it, *each.resolution.evidence);
    }
    check_actions(path, each);
  }

  const postmortem& document_;
  std::map<std::string, const evidence_item*, std::less<>> items_;
  citation_check check_;
};

}  // namespace

bool is_said(const postmortem& document, const timeline_row& row) {
  if (row.kind != timeline_kind::human || row.source != timeline_source::human) return false;
  const std::string_view name = std::string_view(row.event).substr(0, row.event.find(": "));
  if (name.empty() || name.size() == row.event.size()) return false;
  const auto& edits = document.provenance.human_edits;
  return std::any_of(edits.begin(), edits.end(), [name](std::string_view edit) {
    return edit.starts_with(name) && edit.substr(name.size()).starts_with(": ");
  });
}

std::vector<draft_problem> check_postmortem(const postmortem& document, const known_names* known) {
  return document_check(document, known).run();
}

}  // namespace stook::sre
