#pragma once

#include <stook/agent/answer.hpp>
#include <stook/core/fwd.hpp>

#include "agent/run_machine.hpp"

namespace stook::detail {

/// Runs to the end on this thread, without an event loop: for a core that is immediate.
answer drive(run_machine& run);

/// Runs to where the run can be finished, as a coroutine. A stop token, a time limit of the run, or the
/// cancellation of the coroutine reaches whatever the run waits for. Gives no answer, for which its frame
/// would keep room.
task<void> async_drive(run_machine& run);

/// What a plain call does, with its retries; the result is left in the slot.
void call_plainly(run_machine& run, std::size_t index);

/// Asks a model that answers on the spot.
void ask_plainly(run_machine& run);

/// Makes the calls of this turn if only one is open, and its tool answers on the spot; false if there are
/// others.
bool call_at_once(run_machine& run);

/// Makes the open calls of this turn, waiting ones at the same time. A single one must be one that waits.
task<void> async_call_tools(run_machine& run);

}  // namespace stook::detail
