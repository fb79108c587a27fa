#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/rules.hpp>
#include <stook/tool/effect.hpp>

namespace stook {

/// Name, description and rules of a parameter, for a tool function that takes plain parameters instead of a
/// described struct: `parameter{"minutes", "How far back", stook::between{1, 1440}}`. A defaulted parameter
/// must be a std::optional. Texts inside the rules must outlive the tool; literals do.
struct parameter {
  template <typename... Rules>
  parameter(std::string name_, std::string_view text = {}, Rules... more)
      : name(std::move(name_)), rules(text, more...) {}

  std::string name;
  field_rules rules;
};

/// Fills a field of the arguments from a key of the run's state. The field is not in the schema, and a model
/// that sends it all the same is refused.
struct state_input {
  std::string key;
  std::string field;
};

/// Merges the result, or one field of it, into a key of the run's state.
struct state_output {
  std::string key;
  std::string field{};  ///< empty: the whole result
};

/// How a tool is called. All that is left out has a safe default.
struct tool_options {
  stook::effect effect = effect::once;
  /// The function waits (for disk, network, a lock): it runs on the run's pool of threads.
  bool blocking = false;
  /// Longest a call may take; 0 for no limit of its own. A plain function with a timeout runs on the pool.
  /// When time is up the model reads a `tool_timeout`, except for a `once` tool: it is in doubt, and the run
  /// pauses.
  std::chrono::milliseconds timeout{0};
  /// More attempts after a failure that is marked retryable; for `pure` and `read` only.
  int retries = 0;
  /// Longest result text in bytes; what is over is cut and marked.
  std::size_t max_result = 64 * 1024;
  /// Names of things that only one call at a time may use.
  std::vector<std::string> exclusive{};
  /// A person must agree to each call before it runs.
  bool needs_approval = false;
  std::vector<parameter> parameters{};
  std::vector<state_input> inputs{};
  std::vector<state_output> outputs{};
  /// Turns the result into what the model reads, instead of its JSON text.
  std::function<std::string(const any_value&)> to_text{};
};

}  // namespace stook
