#pragma once

#include <chrono>
#include <string_view>
#include <variant>

#include <stook/agent/answer.hpp>
#include <stook/chat/message.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/time.hpp>
#include <stook/tool/result.hpp>

namespace stook {

// What happens in a run, in the order and with the granularity of AG-UI's event list (RUN_STARTED,
// STEP_STARTED, TEXT_MESSAGE_*, TOOL_CALL_*, STATE_DELTA, STEP_FINISHED, RUN_FINISHED, RUN_ERROR). All views
// die with the call.

struct run_started {
  std::string_view task;
};
struct step_started {
  int step;
};
struct text_arrived {  ///< a piece of the answer, from a model that streams
  std::string_view piece;
};
struct model_replied {
  const message& reply;
  finish_reason finish;
  const usage& used;
  std::chrono::nanoseconds took;
};
struct tool_started {
  const tool_call& call;
};
struct tool_progressed {
  std::string_view call_id;
  std::string_view text;
  double fraction;  ///< 0 to 1; negative if unknown
};
struct tool_finished {
  const tool_call& call;
  const tool_result& result;
  std::chrono::nanoseconds took;
};
struct state_changed {
  std::string_view key;
  const any_value& value;
};
struct step_finished {
  int step;
};
struct run_finished {
  const answer& result;
};

using event_body = std::variant<run_started, step_started, text_arrived, model_replied, tool_started,
                                tool_progressed, tool_finished, state_changed, step_finished, run_finished>;

struct event {
  std::string_view run_id;
  std::string_view parent_run_id;  ///< empty at the root
  std::string_view agent;
  int depth;  ///< 0 at the root
  timestamp at;
  event_body what;
};

/// Hears the events of a run and of every agent that it calls. Called on the thread of the run, one event at
/// a time; only `tool_progressed` may come from the pool's threads at any moment. An exception that leaves it
/// ends the run.
class run_listener {
 public:
  virtual ~run_listener() = default;
  virtual void on_event(const event& e) = 0;
};

}  // namespace stook
