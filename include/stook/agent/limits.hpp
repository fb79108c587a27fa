#pragma once

#include <chrono>
#include <cstdint>

namespace stook {

/// What a run may spend, together with every agent that it calls; 0 means no limit. Near a limit the model is
/// asked for its final answer; at the limit the run ends `partial` with the reason `budget.*`.
struct run_limits {
  int steps = 25;                     ///< model calls; budget.steps
  int tool_calls = 200;               ///< budget.tool_calls
  std::int64_t tokens = 0;            ///< in and out; budget.tokens
  double cost_usd = 0;                ///< budget.cost
  std::chrono::milliseconds wall{0};  ///< budget.wall

  // Of one run alone:
  int calls_per_turn = 16;    ///< calls of one reply that run; the others are answered with an error
  int same_call = 3;          ///< the same call with the same result so often ends the run: loop.repeat, or
                              ///< loop.cycle where other calls came between
  int mistakes_in_a_row = 2;  ///< replies whose calls are all unusable, before tool.args_invalid
  int mistakes = 4;           ///< such replies in the whole run
  int empty_replies = 1;      ///< empty replies that are asked again, before model.empty
};

}  // namespace stook
