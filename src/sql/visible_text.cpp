#include "sql/visible_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <stook/core/json.hpp>

namespace stook::sqlite {
namespace {

struct code_point {
  char32_t value;
  std::size_t bytes;
};

/// The first character of valid UTF-8.
code_point first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t value = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  return {value, bytes};
}

bool invisible(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n';
  return (c >= 0x7F && c <= 0x9F)            // delete and the C1 controls
         || c == 0x061C                      // Arabic letter mark
         || c == 0x200B                      // zero width space; the joiners after it belong to words
         || c == 0x200E || c == 0x200F       // left-to-right and right-to-left marks
         || (c >= 0x2028 && c <= 0x202E)     // line separators, embeddings and overrides
         || (c >= 0x2060 && c <= 0x206F)     // word joiner, isolates, deprecated format characters
         || c == 0xFEFF                      // byte order mark
         || (c >= 0xE0000 && c <= 0xE0FFF);  // tags and variation selectors, which can spell hidden text
}

}  // namespace

shown_text visible_text(std::string_view raw, std::size_t limit) {
  // A character has up to 4 bytes, and none becomes shorter: what stands further behind would be cut anyway.
  const std::string valid = to_valid_utf8(raw.substr(0, limit + 4));
  shown_text out;
  out.text.reserve(std::min(valid.size(), limit + 4));
  for (std::string_view rest = valid; !rest.empty();) {
    const code_point c = first_of(rest);
    const std::size_t before = out.text.size();
    if (invisible(c.value)) {
      fmt::format_to(std::back_inserter(out.text), "\\u{{{:x}}}", static_cast<std::uint32_t>(c.value));
    } else {
      out.text.append(rest.substr(0, c.bytes));
    }
    if (out.text.size() > limit) {
      out.text.resize(before);
      out.text += "…";
      out.cut = true;
      return out;
    }
    rest.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace stook::sqlite
