#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <stook/chat/message.hpp>
#include <stook/core/error.hpp>

namespace stook {

/// Checks that a conversation is one that every provider takes: system messages only at the front, each call
/// of an assistant message answered by exactly one tool message before anything else is said, call ids unique
/// in the whole conversation, no empty message, valid UTF-8. Checks each message once, so that a growing
/// conversation costs what it grows by. Not thread-safe.
class history_checker {
 public:
  history_checker();
  ~history_checker();
  history_checker(history_checker&&) noexcept;
  history_checker& operator=(history_checker&&) noexcept;

  /// Checks what `messages` has beyond the last call. The failure, code bad_history, names the message by its
  /// index.
  std::optional<failure> extend(std::span<const message> messages);
  /// Nothing if the conversation may be sent now: no call is unanswered.
  std::optional<failure> complete() const;
  /// True if a checked message has a call of this id.
  bool knows_call(const std::string& id) const;
  /// Begins anew, after messages were rewritten.
  void reset();

 private:
  struct seen;
  std::unique_ptr<seen> seen_;
};

/// All of a conversation at once; beyond the above, that the arguments of each call are a JSON object.
std::optional<failure> check_history(std::span<const message> messages);

}  // namespace stook
