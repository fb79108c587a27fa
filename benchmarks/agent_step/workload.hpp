#pragma once

#include <cstdint>
#include <string>
#include <vector>

// The work that every competitor does: a model in the process asks `steps` times for the sum of two integers,
// one call a turn, and then says a sentence. One step is one model call, the tool call that it asked for, and
// both joined to the conversation. System prompt 108 characters, user prompt 69.

namespace agent_step {

inline const std::string system_prompt =
    "You are a careful assistant. You add numbers with the tool, one pair at a time, and then you report the "
    "sum.";
inline const std::string user_prompt =
    "Please add the numbers of the list, pair by pair, and tell me the sum";
inline const std::string final_text = "The sum of all pairs is what the tool said last.";
static_assert(sizeof(int) == 4);

inline std::string arguments_of(int step) { return "{\"a\":" + std::to_string(step) + ",\"b\":2}"; }
inline std::string id_of(int step) { return "call_" + std::to_string(step); }

/// Each runs the whole conversation once and returns a checksum: the sum of all results.
std::int64_t hand_written_loop(int steps);
std::int64_t stook_sync(int steps);
std::int64_t stook_coroutine(int steps);
std::int64_t stook_coroutine_tool(int steps);
std::int64_t stook_coroutine_both(int steps);

/// What the checksum must be.
inline std::int64_t expected(int steps) {
  return std::int64_t{steps} * (steps - 1) / 2 + 2 * std::int64_t{steps};
}

}  // namespace agent_step
