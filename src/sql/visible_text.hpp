#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stook::sqlite {

struct shown_text {
  std::string text;
  bool cut = false;
};

/// Text that hides nothing from who reads it: NUL and bytes that are not UTF-8 become U+FFFD; other control
/// characters (but tab and newline), bidirectional controls, and characters that draw nothing become escapes
/// like
/// `\u{202e}`. At most `limit` bytes; a text that is cut ends in "…", which comes on top.
shown_text visible_text(std::string_view raw, std::size_t limit);

}  // namespace stook::sqlite
