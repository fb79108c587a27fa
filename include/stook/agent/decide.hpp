#pragma once

#include <string_view>

#include <stook/agent/answer.hpp>
#include <stook/agent/limits.hpp>

namespace stook {

/// The latest thing that happened in a run.
enum class latest : unsigned char {
  nothing,       ///< the task alone
  text,          ///< a reply without calls
  calls,         ///< a reply with calls, none of them run yet
  empty,         ///< a reply without anything
  cut,           ///< a reply that ended at its length limit
  refused,       ///< a reply that a content filter ended
  model_failed,  ///< no reply
  results,       ///< the calls of the last reply are answered
};

/// What a run amounts to so far: a fold over its events, kept up to date so that deciding costs the same at
/// every step. The facts and the limits determine what happens next, and nothing else does.
struct run_facts {
  stook::latest latest = latest::nothing;
  int steps = 0;
  int empty_replies = 0;
  int mistakes = 0;
  int mistakes_in_a_row = 0;
  int reminders = 0;  ///< how often the model was told what its contract lacks
  int reminders_allowed = 2;
  bool contract_unmet = false;  ///< asked when the model would end
  bool schema_unmet = false;    ///< the answer is not of the type that was asked for
  bool repeating = false;       ///< the calls of the last reply had the same result too often
  bool in_circle = false;       ///< of these: other calls came between
  bool cancelled = false;
  bool asked_for_final = false;  ///< a limit is near and the model was asked to answer
  bool near_limit = false;
  std::string_view over_limit{};   ///< the code of a limit that is reached, in the whole tree
  std::string_view near_code{};    ///< the code of the limit that is near
  std::string_view exit_tool{};    ///< an exit tool succeeded, and none failed
  std::string_view paused_for{};   ///< `approval` or `in_doubt`
  std::string_view stopped_by{};   ///< a hook's reason
  std::string_view model_error{};  ///< the code of `model_failed`
};

/// What a run does next.
struct decision {
  enum class act : unsigned char {
    call_model,
    ask_final_answer,  ///< call the model without tools, for its last words
    call_tools,
    remind,  ///< tell the model what is missing
    finish,
  };
  act next = act::call_model;
  run_status status = run_status::done;  ///< of `finish`
  std::string_view reason{};             ///< of `finish`
  /// True if hooks and contract may still object: the model wanted to end.
  bool is_exit = false;

  friend bool operator==(const decision&, const decision&) = default;
};

/// The whole policy of the loop, a pure function.
decision decide(const run_limits& limits, const run_facts& facts);

}  // namespace stook
