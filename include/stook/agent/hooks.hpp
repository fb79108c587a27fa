#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/chat/message.hpp>
#include <stook/tool/state.hpp>

namespace stook {

/// What a hook sees of its run and may change.
class hook_context {
 public:
  virtual ~hook_context() = default;
  virtual const std::vector<message>& messages() const = 0;
  /// The conversation, to be rewritten; it is checked again before the next model call.
  virtual std::vector<message>& edit_messages() = 0;
  virtual stook::state& state() = 0;
  virtual int step() const = 0;
  virtual std::string_view agent() const = 0;
  virtual std::string_view run_id() const = 0;
  /// Before a model call: end the run as `partial` with this reason instead. Elsewhere: at the next model
  /// call.
  virtual void stop(std::string reason) = 0;
  /// In `on_exit`: go on instead of ending. Elsewhere without effect.
  virtual void keep_going() = 0;
};

using hook = std::function<void(hook_context&)>;

/// Functions that run at six points of the loop, each list in its order. An exception ends the run as
/// `failed` with the code hook_failed.
struct hook_points {
  std::vector<hook> before_run{};   ///< once, before the first step
  std::vector<hook> before_llm{};   ///< before each model call; all run even after one asked to stop
  std::vector<hook> before_tool{};  ///< after a reply that calls; the last message decides what runs
  std::vector<hook> after_tool{};   ///< after the results joined the conversation
  std::vector<hook> on_exit{};      ///< when a text or an exit tool would end the run
  std::vector<hook> after_run{};    ///< last of all, however the run ended
};

}  // namespace stook
