#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <stook/core/fwd.hpp>
#include <stook/tool/function.hpp>
#include <stook/tool/options.hpp>
#include <stook/tool/result.hpp>

namespace stook {

namespace detail {
struct tool_core;
}

/// A function that a model may call.
///
///     stook::tool logs{"query_logs", "Read recent log lines of one service.", stook::reads,
///                      [](log_query q) { return read_logs(q); }};
///
/// The function takes one described struct, or plain parameters whose names `tool_options::parameters` gives,
/// and beside them, if it wants, `const run_context&` and `state&`, which the model neither sees nor sets. It
/// returns nothing, a described value, a `stook::result` of one, or a task of those. A failure that the model
/// can react to is returned as `stook::failure` in a result or thrown as `stook::error`; any other exception
/// becomes a `tool_exception` with its text, cut and repaired.
///
/// A cheap, immutable copy; thread-safe if its function is. A name that a model API would refuse, a pattern
/// that does not compile, options that contradict each other are an `error` at construction.
class tool {
 public:
  template <typename F>
  tool(std::string name, std::string description, F f)
      : tool(std::move(name), std::move(description), tool_options{}, std::move(f)) {}

  template <typename F>
  tool(std::string name, std::string description, stook::effect effect, F f)
      : tool(std::move(name), std::move(description), tool_options{.effect = effect}, std::move(f)) {}

  template <typename F>
  tool(std::string name, std::string description, tool_options options, F f)
      : tool(std::move(name), std::move(description), std::move(options), function_of<F>(),
             detail::make_body(std::move(f))) {}

  /// For bodies that are no function object, such as an agent.
  tool(std::string name, std::string description, tool_options options, const detail::function_desc& function,
       std::unique_ptr<detail::tool_body> body);

  /// Letters, digits, `_` and `-`; 64 at most.
  const std::string& name() const;
  const std::string& description() const;
  const tool_options& options() const;
  /// The JSON Schema of what the model sends, and the same as text.
  const json& parameters() const;
  std::string_view parameters_text() const;

  /// Calls a plain function outside of any run, for tests and programs. Arguments are JSON text and are
  /// checked as a model's are. State inputs are not filled.
  tool_result call(std::string_view arguments) const;

  const detail::tool_core& core() const { return *core_; }
  /// The same, for those who want to know the tool again and must not keep it alive.
  std::weak_ptr<const detail::tool_core> watch() const { return core_; }

 private:
  template <typename F>
  static constexpr detail::function_desc function_of() {
    static_assert(detail::has_signature<F>,
                  "a tool is made of a function, or of a lambda whose parameters are not `auto`");
    return detail::describe_function<F>();
  }

  std::shared_ptr<const detail::tool_core> core_;
};

}  // namespace stook
