#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <stook/tool/state.hpp>

namespace stook {

/// What must hold before a run may end as `done`. A model that stops earlier is told what is missing, at most
/// `reminders` times; then the run is `partial` and says why.
struct completion_contract {
  std::vector<std::string> state_keys{};       ///< keys that must have a value
  std::vector<std::string> tools_succeeded{};  ///< tools that must have succeeded at least once
  /// Each looks at the final text and the state, and returns what is missing or nothing.
  std::vector<std::function<std::optional<std::string>(std::string_view text, const state&)>> validators{};
  int reminders = 2;

  bool empty() const { return state_keys.empty() && tools_succeeded.empty() && validators.empty(); }
};

}  // namespace stook
