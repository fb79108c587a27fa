#include <oncall/team/team.hpp>

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/value.hpp>

#include <oncall/team/instructions.hpp>
#include <oncall/team/rules.hpp>
#include <oncall/tools/finding_composer.hpp>
#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>
#include <oncall/tools/vet_finding.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

using shared_investigation = std::shared_ptr<investigation>;

std::optional<finding> finding_in(std::string_view text) {
  try {
    return read_result<finding>(text);
  } catch (const error&) {  // not a finding yet
    return std::nullopt;
  }
}

// The profiler's last words become the state's finding, however its run ended, without what the code cannot
// back; what else is wrong with them is found by those who use them.
void keep_finding(investigation& about, hook_context& run) {
  const auto& messages = run.messages();
  for (auto m = messages.rbegin(); m != messages.rend(); ++m) {
    if (m->from() != role::assistant || !m->calls().empty()) continue;
    auto found = finding_in(m->text());
    if (!found) return;
    const auto guard = about.lock();
    if (about.detection) {
      vetted_finding vetted = vet_finding(about, std::move(*found));
      about.dropped = std::move(vetted.dropped);
      found = std::move(vetted.found);
    }
    run.state().set("finding", std::move(*found));
    return;
  }
}

// Tries the finding on the evidence, as the writer's tool will, but without leniency: here its author can
// still mend it.
std::optional<std::string> unsupported(investigation& about, std::string_view text, bool by_model) {
  auto found = finding_in(text);
  if (!found) return std::nullopt;  // the schema check says what is wrong
  const auto guard = about.lock();
  if (about.detection && by_model) {
    vetted_finding vetted = vet_finding(about, *found);
    if (!vetted.dropped.empty())
      return fmt::format("a finding that the code can back: {}", fmt::join(vetted.dropped, "; "));
  }
  draft_inputs in = draft_inputs_of(about);
  in.found = std::move(*found);
  const result<postmortem> made = draft_postmortem(in, about.evidence());
  if (made) return std::nullopt;
  return "a finding that the evidence bears out: " + made.why().message;
}

std::optional<std::string> missing_mitigations(const state& s) {
  const auto* found = s.find<finding>("finding");
  if (!found || found->verdict != verdict::incident || s.value("mitigations").has_value())
    return std::nullopt;
  return "mitigations for the incident: call propose_mitigations";
}

std::optional<std::string> unsound_postmortem(const investigation& about) {
  const auto guard = about.lock();
  if (!about.document) return "a postmortem: delegate to postmortem_writer_specialist";
  const auto problems = check_postmortem(*about.document);
  if (problems.empty()) return std::nullopt;
  return fmt::format("a sound postmortem: {} {}", problems.front().path, problems.front().what);
}

std::vector<hook> before_step(const team_options& options) {
  if (!options.before_step) return {};
  return {options.before_step};
}

agent make_profiler(const shared_investigation& about, const team_options& options) {
  return agent{{.name = "profiler",
                .instructions = std::string(profiler_instructions),
                .model = options.model ? options.model : profiler_rules(),
                .tools = {detect_incident_window_tool(about), log_pattern_scan_tool(about),
                          sql_investigate_tool(about)},
                .state = {state_key::of<inputs_report>("inputs"),
                          state_key::of<detection_report>("detection"), state_key::of<finding>("finding")},
                .limits = {.steps = 20, .tool_calls = 0, .calls_per_turn = 64},
                .contract = {.state_keys = {"detection"},
                             .validators = {[about, by_model = options.model != nullptr](
                                                std::string_view text, const state&) {
                               return unsupported(*about, text, by_model);
                             }}},
                .hooks = {.before_llm = before_step(options),
                          .after_run = {[about](hook_context& run) { keep_finding(*about, run); }}}}};
}

agent make_writer(const shared_investigation& about, const team_options& options) {
  return agent{{.name = "writer",
                .instructions = std::string(writer_instructions),
                .model = options.model ? options.model : writer_rules(),
                .tools = {draft_postmortem_tool(about)},
                .exit_tools = {"draft_postmortem"},
                .state = {state_key::of<finding>("finding"), state_key::of<mitigation_plan>("mitigations"),
                          state_key::of<draft_report>("postmortem")},
                .limits = {.steps = 8},
                .contract = {.tools_succeeded = {"draft_postmortem"}},
                .hooks = {.before_llm = before_step(options)}}};
}

}  // namespace

agent make_team(std::shared_ptr<investigation> about, const team_options& options) {
  const agent profiler = make_profiler(about, options);
  const agent writer = make_writer(about, options);
  return agent{
      {.name = "coordinator",
       .instructions = std::string(coordinator_instructions),
       .model = options.model ? options.model : coordinator_rules(),
       .tools =
           {load_inputs_tool(about),
            profiler.as_tool<profiler_task, finding>(
                std::string(profiler_tool),
                "Establishes what happened and proves it. Returns the finding: a verdict, and for each "
                "incident its window, symptoms, hypothesis and evidence.",
                {.effect = reads, .give_state = {"inputs"}, .take_state = {"detection", "finding"}}),
            propose_mitigations_tool(about),
            writer.as_tool<writer_task, draft_report>(
                std::string(writer_tool),
                "Turns this run's finding and mitigations into the postmortem. Returns the incidents' "
                "titles and the executive summary.",
                {.effect = reads, .give_state = {"finding", "mitigations"}, .take_state = {"postmortem"}})},
       .state = {state_key::of<inputs_report>("inputs"), state_key::of<detection_report>("detection"),
                 state_key::of<finding>("finding"), state_key::of<mitigation_plan>("mitigations"),
                 state_key::of<draft_report>("postmortem")},
       .limits = options.limits,
       .contract = {.state_keys = {"inputs", "detection", "finding", "postmortem"},
                    .tools_succeeded = {std::string(profiler_tool), std::string(writer_tool)},
                    .validators = {
                        [](std::string_view, const state& s) { return missing_mitigations(s); },
                        [about](std::string_view, const state&) { return unsound_postmortem(*about); }}},
       .hooks = {.before_llm = before_step(options)}}};
}

bool draft_unfinished(investigation& about, const state& known) {
  const auto guard = about.lock();
  if (!about.detection) return false;
  const auto* found = known.find<finding>("finding");
  vetted_finding vetted = vet_finding(about, found ? *found : compose_finding(*about.detection, {}));
  draft_inputs in = draft_inputs_of(about);
  in.found = std::move(vetted.found);
  in.unsupported = unsupported_claims::drop;
  in.quality_notes.emplace_back("The investigation was ended before it was finished");
  result<postmortem> made = draft_postmortem(in, about.evidence());
  if (!made) return false;
  about.document = std::move(made.value());
  return true;
}

}  // namespace stook::sre
