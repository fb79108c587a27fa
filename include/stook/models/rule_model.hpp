#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/chat/model.hpp>

namespace stook {

/// A conversation as a rule looks at it.
class conversation_view {
 public:
  explicit conversation_view(const chat_request& request) : request_(request) {}

  /// The text of the first user message: the task.
  std::string_view task() const;
  /// How often a tool was called, and how often it succeeded.
  int calls_of(std::string_view tool) const;
  int successes_of(std::string_view tool) const;
  /// The text of its newest result that is no failure; empty if there is none.
  std::string_view result_of(std::string_view tool) const;
  /// All its results that are no failures, oldest first.
  std::vector<std::string_view> results_of(std::string_view tool) const;
  /// The newest message; an empty one where nothing was said.
  const message& last() const;
  bool offers(std::string_view tool) const;
  const chat_request& request() const { return request_; }

 private:
  const chat_request& request_;
};

/// When a conversation looks so, reply so.
struct rule {
  std::string name;  ///< for people who ask why
  std::function<bool(const conversation_view&)> when;
  std::function<message(const conversation_view&)> reply;
};

/// An ordered list of rules that answers where a language model would: the first rule that fits replies. It
/// is no language model and does not pretend to be one. It needs no network and gives the same answer every
/// time. Thread-safe if its functions are. A conversation that no rule fits fails with model.no_rule.
class rule_model final : public immediate_model {
 public:
  /// Throws `error` with code bad_rules for an empty list or a rule without functions.
  rule_model(std::string name, std::vector<rule> rules);

  std::string name() const override { return name_; }
  chat_reply generate(const chat_request& request, generation& context) override;

 private:
  std::string name_;
  std::vector<rule> rules_;
};

}  // namespace stook
