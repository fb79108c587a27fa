#pragma once

#include <span>
#include <string>
#include <string_view>

namespace stook::sre {

/// A way to steer an agent. In its patterns `~` stands for what separates words, blanks and punctuation
/// alike, `@` for up to four words in between, and `%` for an order that somebody with a role might give.
/// Texts are in lower case and matched as bytes: where a language has more than one for a letter, the counts
/// of `{0,n}` allow for that.
struct injection_kind {
  std::string_view name;
  std::span<const std::string_view> patterns;
  /// Every text that one of the patterns finds holds one of these; the tests prove it.
  std::span<const std::string_view> literals;
};
/// In the order of their rank: a text that is of several kinds counts as the first.
std::span<const injection_kind> injection_kinds();

/// A pattern with its `~`, `@` and `%` written out, in the syntax of RE2.
std::string written_out(std::string_view pattern);

/// The beginnings of such words in ROT13 and backwards, and with digits for letters: a text with one of them
/// is looked at in that form too.
std::span<const std::string_view> rot13_literals();
std::span<const std::string_view> reversed_literals();
std::span<const std::string_view> digit_letter_literals();

}  // namespace stook::sre
