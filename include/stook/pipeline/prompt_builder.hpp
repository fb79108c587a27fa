#pragma once

#include <string>
#include <vector>

#include <stook/chat/message.hpp>
#include <stook/core/describe.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

/// Fills a Mustache template: `{{name}}` a value, `{{#list}}...{{/list}}` a part for each element or if true,
/// `{{^list}}...{{/list}}` one if there is none. The names outside of sections become inputs, which take any
/// value; described values show their fields. Nothing is escaped, and a value is never read as a template.
class prompt_builder {
 public:
  std::string text;
  std::vector<std::string> optional;  ///< inputs that may be missing and are then empty; others are mandatory

  /// Throws `error` with code template.
  stook::sockets declare() const;
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(prompt_builder, (text, "Mustache template"),
               (optional, "Inputs that may be missing", stook::defaulted))

enum class prompt_role { system, user, assistant };
BOOST_DESCRIBE_ENUM(prompt_role, system, user, assistant)

struct message_template {
  prompt_role role = prompt_role::user;
  std::string text;
};
STOOK_DESCRIBE(message_template, (role), (text, "Mustache template"))

/// The same for a conversation: its output is a list of messages, one for each template.
class chat_prompt_builder {
 public:
  std::vector<message_template> messages;
  std::vector<std::string> optional;

  stook::sockets declare() const;
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(chat_prompt_builder, (messages), (optional, "Inputs that may be missing", stook::defaulted))

/// The text of a message, for places where `connect` does not convert by itself.
class message_text {
 public:
  std::string run(message m) const { return m.text(); }
};

}  // namespace stook
