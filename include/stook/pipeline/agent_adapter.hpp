#pragma once

#include <string>

#include <stook/agent/agent.hpp>
#include <stook/pipeline/component.hpp>

namespace stook {

/// An agent as a component. Inputs: `task`, a text (a message becomes one), and `history`, messages of an
/// earlier conversation, which may be missing. Outputs: `text` if the run was done, `unfinished` (why, as a
/// text) if it was not, and in both cases `messages`, the transcript, and `answer`, the whole
/// `stook::answer`. The pipeline's deadline and cancellation end the agent's run, which is then not done but
/// keeps what it has.
component agent_component(std::string name, agent a);

}  // namespace stook
