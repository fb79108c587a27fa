#pragma once

#include <string_view>

#include <boost/describe/enum.hpp>

namespace stook::sre {

/// What the values of a variable in a log template look like. `text` is anything else, or a mixture.
enum class variable_type : unsigned char {
  text,
  integer,
  decimal,
  duration,
  size,
  time,
  ip,
  uuid,
  hex,
  path
};
BOOST_DESCRIBE_ENUM(variable_type, text, integer, decimal, duration, size, time, ip, uuid, hex, path)

/// The name as templates show it: "int", "float", "duration", "size", "time", "ip", "uuid", "hex", "path",
/// "*".
std::string_view short_name(variable_type type);

/// The type of one value, by its form alone: "12" is an integer, "0.5" a decimal, "350ms" a duration, "4KB" a
/// size, "12:00:01" a time, "10.0.0.1:80" an ip, "0x1f" and eight or more hexadecimal digits a hex, "/a/b" a
/// path. Brackets, quotes and punctuation around the value do not count. Never throws.
variable_type type_of_value(std::string_view value);

/// The type of a variable that has had values of both types: a decimal for whole and broken numbers, else
/// text.
variable_type common_type(variable_type a, variable_type b);

}  // namespace stook::sre
