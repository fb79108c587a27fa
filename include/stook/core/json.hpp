#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <stook/core/error.hpp>
#include <stook/core/fwd.hpp>

namespace stook {

/// Bounds on JSON text from outside. What exceeds one is refused with an error that names the place.
struct json_limits {
  std::size_t depth = 64;                ///< nested arrays and objects
  std::size_t bytes = 16 * 1024 * 1024;  ///< length of the text
};

/// Reads JSON text that nobody vouches for. Refused, beyond what RFC 8259 refuses: duplicate keys, numbers
/// that fit neither 64-bit integers nor a finite double, integers past 64 bits, invalid UTF-8, lone
/// surrogates, an escaped NUL, text behind the value, a byte order mark, and what exceeds `limits`.
/// Throws `error` with one of the codes json_syntax, json_duplicate_key, json_number, json_nul,
/// json_too_deep, json_too_large; its message names the path and the byte. Thread-safe.
json parse_json(std::string_view text, const json_limits& limits = {});

/// Writes a value so that `parse_json` reads it back: invalid UTF-8 in strings is replaced by U+FFFD and NUL
/// dropped to U+FFFD; infinities and NaN, which JSON lacks, are written as null. Object members keep their
/// order. Thread-safe.
std::string dump_json(const json& value);

/// The same, indented by two blanks a level and ended by a newline: for files that people read.
std::string dump_json_pretty(const json& value);

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD. NUL becomes U+FFFD as well.
std::string to_valid_utf8(std::string_view text);

/// True if `parse_json` takes the text and it is an object.
bool is_json_object(std::string_view text);

/// True if `text` is valid UTF-8 without NUL.
bool is_valid_utf8(std::string_view text);

}  // namespace stook
