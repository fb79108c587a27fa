#pragma once

#include <string_view>

#include <stook/tool/tool.hpp>

#include "tool/tool_core.hpp"

namespace stook::detail {

/// Makes the context of a call when a function asks for it.
class context_source {
 public:
  virtual ~context_source() = default;
  virtual run_context make_context() = 0;
};

/// One call of one tool. The arguments must outlive it, and what it writes its result into, which is empty.
class tool_invocation final : public invocation {
 public:
  /// `blackboard` and `contexts` may be null outside of a run.
  tool_invocation(const tool_core& tool, std::string_view arguments, state* blackboard,
                  context_source* contexts, tool_result& into)
      : result(into), tool_(tool), arguments_(arguments), state_(blackboard), contexts_(contexts) {}

  /// Calls a plain body; whatever happens is in `result` afterwards.
  void run();
  /// The same for any body.
  task<void> async_run();

  bool read_arguments(void* into, const type_desc& type) override;
  run_context context() override;
  state& blackboard() override;
  bool wants_value() const override { return tool_.wants_value; }
  void succeed(const void* value, const type_desc& type, any_value kept) override;
  void succeed_with_text(std::string text, any_value kept) override;
  void fail(failure why) override;

  context_source* contexts() const { return contexts_; }
  std::string_view arguments() const { return arguments_; }

  tool_result& result;

 private:
  bool fill_from_state(void* into);
  void fail_from_exception();
  void finish(any_value kept);

  const tool_core& tool_;
  std::string_view arguments_;
  state* state_;
  context_source* contexts_;
};

/// What is wrong with arguments, found without calling the function.
std::optional<failure> check_arguments(const tool_core& tool, std::string_view arguments);

/// Cuts a text at `most` bytes, never inside a character, and says so at its end. Returns the full size if it
/// cut.
std::size_t cut_text(std::string& text, std::size_t most);

/// The failure that a caught exception stands for: an `error`'s own, or `code` with the exception's text.
failure current_failure(std::string_view code);

/// The text of a failure as the model reads it.
std::string failure_text(const failure& why);

}  // namespace stook::detail
