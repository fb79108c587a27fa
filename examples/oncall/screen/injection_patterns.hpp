#pragma once

#include <span>
#include <string_view>

namespace stook::sre {

/// In a pattern `~` stands for what separates words, blanks and punctuation alike, and `@` for up to four
/// words in between. Texts are in lower case.
struct injection_pattern {
  std::string_view kind;
  std::string_view finds;
};
std::span<const injection_pattern> injection_patterns();

/// Every text that one of the patterns finds holds one of these.
std::span<const std::string_view> injection_literals();
/// The beginnings of such words in ROT13 and backwards, and with digits for letters: a text with one of them
/// is looked at in that form too.
std::span<const std::string_view> rot13_literals();
std::span<const std::string_view> reversed_literals();
std::span<const std::string_view> digit_letter_literals();

}  // namespace stook::sre
