#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/error.hpp>
#include <stook/core/usage.hpp>

namespace stook {

/// What a tool function returns when it may fail in a way that the model can react to: a value or a
/// `failure`.
template <typename T>
class result {
 public:
  using value_type = T;

  result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  result(failure why) : held_(std::in_place_index<1>, std::move(why)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& value() { return std::get<0>(held_); }
  const T& value() const { return std::get<0>(held_); }
  failure& why() { return std::get<1>(held_); }
  const failure& why() const { return std::get<1>(held_); }

 private:
  std::variant<T, failure> held_;
};

/// A new value for a key of a run's state.
struct state_update {
  std::string key;
  any_value value;
  bool replaces = false;  ///< whatever the key's merge function
};

/// What one call of a tool came to.
struct tool_result {
  std::string text{};                ///< what the model reads
  std::optional<failure> error{};    ///< set if the call failed
  any_value value{};                 ///< the C++ value, kept only where state or the program asked for it
  std::vector<std::string> notes{};  ///< what was assumed about the arguments
  std::size_t full_size = 0;         ///< bytes of the text before it was cut; 0 if it was not
  /// Set if a `once` tool ran out of time: nobody knows whether it happened.
  bool in_doubt = false;
  usage spent{};  ///< by a sub-agent
  /// What a sub-agent leaves in the state of its caller.
  std::vector<state_update> updates{};
  /// Set by a sub-agent that waits for an approval: what it needs to go on.
  std::shared_ptr<const void> paused{};

  bool ok() const { return !error && !paused; }
};

}  // namespace stook
