#include <oncall/screen/clean_text.hpp>

#include <algorithm>

#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// Bytes at the front that show nothing or turn the direction of what follows: C0, DEL, C1, U+200B..200F,
/// U+2028..202E, U+2060..2069, U+061C, U+FEFF.
std::size_t invisible_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return 2;
  if (byte(0) == 0xd8 && byte(1) == 0x9c) return 2;
  if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;
  if (byte(0) != 0xe2) return 0;
  const bool in_80 =
      byte(1) == 0x80 && ((byte(2) >= 0x8b && byte(2) <= 0x8f) || (byte(2) >= 0xa8 && byte(2) <= 0xae));
  const bool in_81 = byte(1) == 0x81 && byte(2) >= 0xa0 && byte(2) <= 0xa9;
  return in_80 || in_81 ? 3 : 0;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t bytes) {
  // One character past the bound, of at most four bytes, shows whether anything is cut off.
  const std::string valid = to_valid_utf8(text.substr(0, bytes + 4));
  std::string out;
  out.reserve(std::min(valid.size(), bytes));
  for (std::size_t at = 0; at < valid.size();) {
    const std::string_view rest = std::string_view{valid}.substr(at);
    if (const std::size_t hidden = invisible_bytes(rest); hidden > 0) {
      out += ' ';
      at += hidden;
      continue;
    }
    std::size_t size = 1;
    while (size < rest.size() && is_continuation(rest[size])) ++size;
    if (out.size() + size > bytes) return out + "…";
    out += rest.substr(0, size);
    at += size;
  }
  if (text.size() > bytes + 4) out += "…";
  return out;
}

}  // namespace stook::sre
