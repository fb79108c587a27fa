#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/pipeline/options.hpp>
#include <stook/pipeline/socket_type.hpp>

namespace stook::detail {

// What a connection does to a value on its way, in the order in which connecting tries them.
enum class socket_conversion : unsigned char {
  none,
  wrap,             // T to a list of T
  unwrap,           // a list of one text or message to it
  to_text,          // message to text
  from_text,        // text to message
  wrap_to_text,     // message to a list of text
  wrap_from_text,   // text to a list of messages
  unwrap_to_text,   // a list of one message to text
  unwrap_from_text  // a list of one text to a message
};

/// How values get from one socket to another; empty if they cannot.
std::optional<socket_conversion> find_conversion(const socket_type& from, const socket_type& to,
                                                 std::span<const text_type> text_types);

/// Converts one value. Throws `error` with code conversion_failed.
any_value convert(const any_value& value, socket_conversion how, const socket_type& to,
                  std::span<const text_type> text_types);

/// The value as the C++ type that `to` carries: itself where that is its type. Throws `error` with code
/// conversion_failed.
any_value carry(any_value value, const socket_type& to);

/// One list with the elements of all. Throws `error` with code conversion_failed.
any_value concatenate(std::span<const any_value> lists, const socket_type& list);

}  // namespace stook::detail
