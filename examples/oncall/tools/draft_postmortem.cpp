#include <algorithm>

#include <fmt/format.h>

#include <oncall/postmortem/render.hpp>
#include <oncall/tools/lines_of.hpp>
#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>
#include <oncall/tools/vet_finding.hpp>

namespace stook::sre {

struct draft_arguments {
  std::vector<timeline_row> timeline{};
  std::vector<std::string> first_actions{};
  finding found{};
  std::optional<mitigation_plan> plan{};
};
STOOK_DESCRIBE(draft_arguments,
               (timeline,
                "Rows beyond those that the data give by themselves; each cites evidence that holds "
                "its time",
                stook::defaulted, stook::length{0, 30}),
               (first_actions, "Ids of proposed mitigations to put first", stook::defaulted,
                stook::length{0, 20}),
               (found), (plan))

namespace {

// The actions that the model wants first, then the plan's own order.
std::vector<std::string> action_order(const draft_arguments& a) {
  std::vector<std::string> out = a.first_actions;
  if (!a.plan) return out;
  for (const incident_actions& i : a.plan->incidents) {
    for (const mitigation& m : i.actions) {
      if (std::ranges::find(out, m.id) == out.end()) out.push_back(m.id);
    }
  }
  return out;
}

// An action that is not in the catalogue, or against another cause, is nothing that the postmortem may hold.
void keep_fitting_actions(draft_arguments& a, const catalogue& actions, std::vector<std::string>& dropped) {
  const auto helps = [&](const mitigation& m) {
    return std::ranges::any_of(a.found.incidents, [&](const incident_finding& i) {
      return std::ranges::find(m.causes, i.hypothesis.mechanism) != m.causes.end();
    });
  };
  std::erase_if(a.first_actions, [&](const std::string& id) {
    const auto known = std::ranges::find(actions.entries, id, &mitigation::id);
    const bool fits = known != actions.entries.end() && helps(*known);
    if (!fits) dropped.emplace_back("an action: the catalogue has none of that name against the cause");
    return !fits;
  });
  if (!a.plan) return;
  for (incident_actions& i : a.plan->incidents)
    std::erase_if(i.actions, [&](const mitigation& m) { return !helps(m); });
}

result<draft_report> draft(investigation& about, draft_arguments a, const run_context& context) {
  const auto guard = about.lock();
  std::vector<std::string> dropped;
  if (about.detection) {
    vetted_finding vetted = vet_finding(about, std::move(a.found));
    a.found = std::move(vetted.found);
    dropped = std::move(vetted.dropped);
    a.timeline = vet_timeline(about, std::move(a.timeline), dropped);
  }
  keep_fitting_actions(a, about.options().actions, dropped);
  draft_inputs in = draft_inputs_of(about);
  in.left_out.insert(in.left_out.end(), dropped.begin(), dropped.end());
  in.mitigations = action_order(a);
  in.timeline = std::move(a.timeline);
  in.found = std::move(a.found);
  in.unsupported = unsupported_claims::drop;
  result<postmortem> made = draft_postmortem(in, about.evidence());
  if (!made) return made.why();
  about.document = std::move(made.value());
  const postmortem& p = *about.document;
  draft_report out{
      .says = p.verdict, .summary = lines_of(executive_summary(p)), .evidence_items = p.evidence.size()};
  for (const incident& i : p.incidents) out.incidents.push_back(i.title);
  context.progress(p.incidents.empty() ? fmt::format("no incident, {} pieces of evidence", p.evidence.size())
                                       : fmt::format("{}, {} pieces of evidence",
                                                     fmt::join(out.incidents, "; "), p.evidence.size()),
                   1);
  return out;
}

}  // namespace

tool draft_postmortem_tool(std::shared_ptr<investigation> about) {
  return tool("draft_postmortem",
              "Make the postmortem from the profiler's finding, the proposed mitigations and the evidence, "
              "and check it. Impact, severity, timeline and runbook are computed; what the evidence does not "
              "bear out is left out and counted. Called again, it replaces the draft.",
              {.effect = reads,
               .exclusive = {"investigation"},
               .inputs = {{"finding", "found"}, {"mitigations", "plan"}},
               .outputs = {{"postmortem"}}},
              [about](draft_arguments a, const run_context& context) {
                return draft(*about, std::move(a), context);
              });
}

}  // namespace stook::sre
