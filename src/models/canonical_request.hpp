#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include <stook/chat/model.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/redact.hpp>

namespace stook {

BOOST_DESCRIBE_ENUM(role, system, user, assistant, tool)
BOOST_DESCRIBE_ENUM(tool_choice, automatic, none, required)
BOOST_DESCRIBE_ENUM(finish_reason, stop, tool_calls, length, content_filter, other)

namespace detail {

struct canonical_call {
  std::string id;
  std::string name;
  std::string arguments;

  friend bool operator==(const canonical_call&, const canonical_call&) = default;
};
STOOK_DESCRIBE(canonical_call, (id, "", defaulted), (name), (arguments))

struct canonical_message {
  stook::role role = stook::role::user;
  std::optional<std::string> text;
  std::optional<std::vector<std::string>> images;  // addresses, or digests of bytes
  std::optional<std::vector<canonical_call>> calls;
  std::optional<std::string> call_id;
  std::optional<std::string> tool;
  std::optional<bool> error;
  std::optional<std::string> provider_data;

  friend bool operator==(const canonical_message&, const canonical_message&) = default;
};
STOOK_DESCRIBE(canonical_message, (role), (text), (images), (calls), (call_id), (tool), (error),
               (provider_data))

struct canonical_tool {
  std::string name;
  std::string description;
  std::string parameters;

  friend bool operator==(const canonical_tool&, const canonical_tool&) = default;
};
STOOK_DESCRIBE(canonical_tool, (name), (description), (parameters))

struct canonical_schema {
  std::string name;
  std::string schema;

  friend bool operator==(const canonical_schema&, const canonical_schema&) = default;
};
STOOK_DESCRIBE(canonical_schema, (name), (schema))

/// What is asked beside the conversation.
struct canonical_options {
  tool_choice choice = tool_choice::automatic;
  std::optional<std::string> must_call;
  std::optional<canonical_schema> schema;
  std::optional<double> temperature;
  std::optional<int> max_output_tokens;

  friend bool operator==(const canonical_options&, const canonical_options&) = default;
};
STOOK_DESCRIBE(canonical_options, (choice), (must_call), (schema), (temperature), (max_output_tokens))

/// A request in the one form of all requests that mean the same: the calls are numbered, for a run makes up
/// ids for calls that came without, and secrets are masked.
struct canonical_request {
  std::vector<canonical_message> messages;
  std::vector<canonical_tool> tools;
  canonical_options options;
};

/// Without a filter nothing is masked: then requests with other secrets are others.
canonical_request canonical(const chat_request& request, const redactor* secrets);

/// A message, its ids as they are.
canonical_message canonical(const message& m, const redactor* secrets);
message message_of(const canonical_message& m);

/// SHA-256 of the canonical JSON, made of the digests of the parts: what two requests share is hashed alike.
std::string digest_of(const canonical_request& request);

}  // namespace detail
}  // namespace stook
