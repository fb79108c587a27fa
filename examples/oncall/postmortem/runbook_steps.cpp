#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/enum_to_string.hpp>

#include <oncall/postmortem/draft_incident.hpp>

namespace stook::sre {
namespace {

constexpr const char* only_reading = "Nothing to undo: only reading";

/// Adds steps in the order in which they are called for, and numbers them.
class step_list {
 public:
  runbook_step& add(runbook_phase phase, std::string order, std::string expect, std::string if_not) {
    steps_.push_back({.n = static_cast<int>(steps_.size()) + 1,
                      .phase = phase,
                      .do_ = std::move(order),
                      .command = {},
                      .expect = std::move(expect),
                      .if_not = std::move(if_not),
                      .risk = action_risk::read_only,
                      .approval = action_approval::none,
                      .rollback = only_reading,
                      .evidence = {}});
    return steps_.back();
  }

  /// At most `most` entries of the type.
  int add_entries(runbook_phase phase, action_type type, int most, const std::vector<mitigation>& entries) {
    int added = 0;
    for (const mitigation& entry : entries) {
      if (entry.type != type || added == most) continue;
      runbook_step& step = add(phase, entry.do_, entry.expect, entry.if_not);
      if (!entry.command.empty()) step.command = entry.command;
      step.risk = entry.risk;
      step.approval = entry.approval;
      step.rollback = entry.rollback;
      ++added;
    }
    return added;
  }

  std::vector<runbook_step> take() { return std::move(steps_); }

 private:
  std::vector<runbook_step> steps_;
};

/// "the error rate is above 0.9 % or the latency above 212 ms": what tells ill from well.
std::string threshold(const impact_measure& impact, std::string_view relation, std::string_view conjunction) {
  std::vector<std::string> parts;
  if (impact.baseline_error_percent) {
    parts.push_back(fmt::format("the error rate is {} {:.2f} %", relation, *impact.baseline_error_percent));
  }
  if (impact.baseline_latency_ms) {
    parts.push_back(fmt::format("the latency is {} {:.0f} ms", relation, *impact.baseline_latency_ms));
  }
  if (parts.empty()) return fmt::format("the metrics are {} their baseline", relation);
  return fmt::format("{}", fmt::join(parts, conjunction));
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string who_is_affected(const impact_section& impact) {
  std::vector<std::string_view> services;
  for (const affected_service& service : impact.services) services.push_back(service.name);
  std::string out = services.empty() ? std::string("none is named by the evidence")
                                     : fmt::format("{}", fmt::join(services, ", "));
  if (!impact.regions.empty()) out += fmt::format("; regions {}", fmt::join(impact.regions, ", "));
  if (!impact.endpoints.empty()) out += fmt::format("; endpoints {}", fmt::join(impact.endpoints, ", "));
  return one_line(out);
}

}  // namespace

runbook make_runbook(const incident_draft& draft, const incident& made,
                     const std::vector<mitigation>& proposed) {
  using enum runbook_phase;
  const std::string level = boost::describe::enum_to_string(made.severity.level, "none");
  const std::string back = threshold(draft.impact, "near", ", and ");
  step_list steps;

  steps
      .add(confirm, "Compare the present metrics with the baseline of this postmortem",
           sentence(threshold(draft.impact, "clearly above", ", or ")),
           "The incident is over or is another one: go to the phase verify")
      .evidence = evidence_ids{draft.impact_id};
  steps
      .add(scope, "Find out which services, regions and endpoints are affected",
           "Those that this postmortem names: " + who_is_affected(made.impact),
           "Others are affected: investigate again with new data before anything is changed")
      .evidence = draft.found.hypothesis.evidence;
  steps.add_entries(stop_the_bleeding, action_type::mitigate, 3, proposed);
  steps
      .add(diagnose, sentence(one_line(draft.found.hypothesis.check, 600)),
           "This is not seen: " + falsifier_sentence(draft.found.hypothesis.falsifier),
           made.alternatives.empty()
               ? "The cause is refuted: investigate again"
               : "The cause is refuted; go on with: " + one_line(made.alternatives.front().hypothesis, 600))
      .evidence = draft.found.hypothesis.evidence;
  steps.add_entries(fix, action_type::prevent, 2, proposed);
  steps
      .add(verify, "Watch the metrics for 30 minutes", sentence(back),
           "Go back to the phase stop_the_bleeding and take the next step there")
      .evidence = evidence_ids{draft.impact_id};
  runbook_step& tell = steps.add(communicate, fmt::format("Tell those affected: {}, {}", level, made.title),
                                 "Those affected have acknowledged", "Call them");
  tell.risk = action_risk::reversible;
  tell.approval = action_approval::on_call;
  tell.rollback = "Send a correction";
  if (steps.add_entries(follow_up, action_type::process, 1, proposed) == 0) {
    steps.add(follow_up, "Review this draft with everybody who took part, and file its action items",
              "Each action item has an owner and a date", "Set a date for the review");
  }
  return {.trigger = made.title, .severity = level, .steps = steps.take()};
}

}  // namespace stook::sre
