#pragma once

#include <optional>

#include <stook/core/any_value.hpp>
#include <stook/pipeline/options.hpp>

namespace stook::detail {

/// Chat messages as a text type of connections.
text_type message_text_type();

/// The JSON form of a value, with one for messages and lists of messages too, which are not described.
json json_of(const any_value& value);

/// A message or list of messages from its JSON form; nothing if `wanted` is neither. Throws `error`.
std::optional<any_value> messages_from(const json& form, const type_desc& wanted);

}  // namespace stook::detail
