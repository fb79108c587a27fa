#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/agent/approval.hpp>
#include <stook/chat/message.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/usage.hpp>
#include <stook/tool/state.hpp>

namespace stook {

enum class run_status : unsigned char {
  done,     ///< the contract holds
  partial,  ///< stopped before: a limit, a loop, a cancellation; what was found so far is there
  paused,   ///< waits for a person; `agent::resume` goes on
  failed,   ///< the model or the conversation failed
};
std::string_view to_string(run_status s);

namespace detail {
struct paused_run;
void read_answer(std::string_view text, void* into, const type_desc& type);
}  // namespace detail

/// How a run ended, with all that it came to, whatever the status.
struct answer {
  run_status status = run_status::failed;
  /// One code: `text`, or the exit tool's name, after `done`; `budget.*`, `loop.repeat`, `loop.cycle`,
  /// `cancelled`, `contract.unmet`, `answer.schema` or a hook's own after `partial`; `approval` or `in_doubt`
  /// after `paused`; `model.*`, `tool.args_invalid` or `bad_history` after `failed`.
  std::string reason{};
  /// The last thing that the model said, or the exit tool returned.
  std::string text{};
  /// What went wrong, for people; set unless `done`.
  std::optional<failure> error{};
  std::vector<message> transcript{};
  stook::state state{};
  usage used{};  ///< by this run and every agent that it called
  int steps = 0;
  std::map<std::string, int> tool_call_counts{};
  std::string run_id{};
  std::vector<approval_request> pending{};
  std::shared_ptr<const detail::paused_run> paused{};

  bool ok() const { return status == run_status::done; }

  /// The text as a described type; throws `error` where it is not one.
  template <describable T>
  T as() const {
    T out{};
    detail::read_answer(text, &out, detail::type_of<T>());
    return out;
  }
};

}  // namespace stook
