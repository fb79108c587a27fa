#pragma once

#include <string>
#include <string_view>

/// Letters and digits of ASCII. Unlike those of <cctype> these take any char and do not depend on the locale
/// of the program that the library is part of.
namespace stook::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
constexpr bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/// A space or a tab.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// A blank or what moves to another line.
constexpr bool is_space(char c) { return is_blank(c) || (c >= '\n' && c <= '\r'); }

constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

}  // namespace stook::ascii
