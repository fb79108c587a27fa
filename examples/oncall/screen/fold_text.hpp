#pragma once

#include <string>
#include <string_view>

namespace stook::sre {

/// What a reader sees of a text, in lower case: compatibility forms (full-width and styled letters), accents
/// and letters of other scripts that look like Latin ones become plain letters (NFKD of Unicode Standard
/// Annex 15, and a table of look-alikes); characters and terminal commands that show nothing are gone.
struct folded_text {
  std::string text;
  /// Something was hidden that has no business in a log: a change of direction, tag characters, characters
  /// of no width inside a Latin word, terminal commands other than colours.
  bool hid_something = false;
};
folded_text fold_text(std::string_view text);

}  // namespace stook::sre
