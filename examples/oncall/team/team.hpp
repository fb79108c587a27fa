#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/tools/investigation.hpp>
#include <stook/agent/agent.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre {

/// What the coordinator asks the profiler.
struct profiler_task {
  std::string goal;
  std::vector<std::string> tables{};
};
STOOK_DESCRIBE(profiler_task, (goal, "What to find out", stook::length{1, 2000}),
               (tables, "Tables and columns for SQL, as load_inputs listed them", stook::defaulted))

/// What the coordinator asks the writer.
struct writer_task {
  std::string goal;
};
STOOK_DESCRIBE(writer_task, (goal, "What to document", stook::length{1, 2000}))

/// Who decides in the team, and how much the team may spend.
struct team_options {
  /// Decides for all three agents; null for the rules of this pack, which need no network.
  std::shared_ptr<chat_model> model{};
  run_limits limits{.steps = 40, .tool_calls = 80, .wall = std::chrono::minutes(15)};
  /// Runs before each step of each agent.
  hook before_step{};
};

/// What the team is asked.
inline constexpr std::string_view investigation_task =
    "Find out what went wrong in this telemetry, and write the postmortem.";

/// The on-call team over one investigation: a coordinator, the only agent that a person talks to, with a
/// profiler and a postmortem writer as its tools. A run is `done` only if the window is established (or its
/// absence), the profiler succeeded, mitigations are proposed for every incident, and the postmortem in
/// `about->document` is there and sound.
///
///     auto about = std::make_shared<sre::investigation>(sre::investigation_options{.files = files});
///     stook::answer a = sre::make_team(about).run("What happened, and why?");
agent make_team(std::shared_ptr<investigation> about, const team_options& options = {});

/// Makes the postmortem of what an unfinished run has established: of its finding if it has one, else of the
/// detected windows, without a cause. False if not even the windows are known, or the evidence bears out
/// nothing.
bool draft_unfinished(investigation& about, const state& known);

/// The names of the tools by which the coordinator delegates.
inline constexpr std::string_view profiler_tool = "profiler_specialist";
inline constexpr std::string_view writer_tool = "postmortem_writer_specialist";

}  // namespace stook::sre
