#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stook::sre {

/// True if a text may hold something encoded; cheap.
bool may_be_encoded(std::string_view text);
/// The same of any text that differs from this one in its digits at most.
bool may_be_encoded_with_any_digits(std::string_view text);
/// The same as `may_be_encoded` of a text of digits and the letters a to f in lower case alone.
bool hex_may_be_encoded(std::string_view text);

/// What the encodings that people know hide in a text: each stretch of base64 (also of UTF-16) or hexadecimal
/// digits that gives text, and the whole text with percent, backslash and HTML escapes resolved, and with
/// letters that stand apart ("i g n o r e") together. Only what differs from the text and can be read.
std::vector<std::string> decoded_forms(std::string_view text);

/// Appends a code point; nothing if it is none.
void append_utf8(std::string& out, char32_t c);

std::string rot13(std::string_view text);
std::string reversed(std::string_view text);
/// Digits and signs that stand for letters: "1gn0re" becomes "ignore".
std::string digits_as_letters(std::string_view text);

}  // namespace stook::sre
