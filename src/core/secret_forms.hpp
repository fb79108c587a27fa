#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace stook::detail {

/// The part of a match that is secret, or nothing if it is none after all; and a quote to put around the
/// marker, where bare text would break the JSON that it stands in.
struct found_secret {
  std::string_view value{};
  std::string_view quote{};
};

/// A form that secrets have. `finds` is a pattern of RE2 with two groups: what stands before the secret, and
/// the secret. Every text that it finds holds one of the literals between the bars of `literals`, whatever
/// the case. `judge` has the last word.
struct secret_form {
  std::string_view kind;
  std::string_view finds;
  std::string_view literals;
  found_secret (*judge)(std::string_view before, std::string_view value);
};

/// In the order in which they are replaced: the more exact first.
std::span<const secret_form> secret_forms();

std::vector<std::string_view> literals_of(const secret_form& form);
/// Those of all forms, each once.
std::vector<std::string_view> secret_literals();

/// A `judge` that believes the pattern.
found_secret whole_value(std::string_view before, std::string_view value);

/// True if a payment card may be in the text; cheap.
bool may_hold_card(std::string_view text);
/// The first number at `from` or behind it that is one by its prefix, length and check digit; empty if there
/// is none.
std::string_view find_card(std::string_view text, std::size_t from);

/// True if the text is one line from the middle of a private key: base64 of 60 to 76 letters and nothing
/// else.
bool is_line_of_key(std::string_view text);

}  // namespace stook::detail
