#include <oncall/screen/fold_text.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <oncall/screen/decode.hpp>

namespace stook::sre {
namespace {

constexpr char32_t escape = 0x1b;
constexpr char32_t bell = 0x07;

std::u32string from_utf16(std::u16string_view text) {
  std::u32string out;
  out.reserve(text.size());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U16_NEXT(text.data(), at, size, c);
    out += static_cast<char32_t>(c);
  }
  return out;
}

/// UTF-16, with U+FFFD for what is not UTF-8. Never longer than the text.
std::u16string to_utf16(std::string_view text) {
  std::u16string out(text.size(), u'\0');
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  const auto length = static_cast<std::int32_t>(text.size());
  u_strFromUTF8WithSub(out.data(), length, &size, text.data(), length, 0xfffd, nullptr, &status);
  out.resize(U_FAILURE(status) ? 0 : static_cast<std::size_t>(size));
  return out;
}

bool is_latin_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }

/// Letters that look like Latin ones, from the confusables of Unicode Technical Standard 39.
char32_t look_alike(char32_t c) {
  static constexpr auto table = std::to_array<std::pair<char32_t, char32_t>>({
      {U'ı', U'i'}, {U'ɑ', U'a'}, {U'ɡ', U'g'}, {U'ɩ', U'i'}, {U'ɪ', U'i'}, {U'ʀ', U'r'}, {U'ʏ', U'y'},
      {U'α', U'a'}, {U'γ', U'y'}, {U'ε', U'e'}, {U'ι', U'i'}, {U'κ', U'k'}, {U'ν', U'v'}, {U'ο', U'o'},
      {U'ρ', U'p'}, {U'σ', U'o'}, {U'τ', U't'}, {U'υ', U'u'}, {U'χ', U'x'}, {U'ω', U'w'}, {U'а', U'a'},
      {U'в', U'b'}, {U'г', U'r'}, {U'е', U'e'}, {U'и', U'u'}, {U'к', U'k'}, {U'м', U'm'}, {U'н', U'h'},
      {U'о', U'o'}, {U'р', U'p'}, {U'с', U'c'}, {U'т', U't'}, {U'у', U'y'}, {U'х', U'x'}, {U'ь', U'b'},
      {U'ѕ', U's'}, {U'і', U'i'}, {U'ј', U'j'}, {U'һ', U'h'}, {U'ԁ', U'd'}, {U'ԛ', U'q'}, {U'ԝ', U'w'},
      {U'ո', U'n'}, {U'ս', U'u'}, {U'ց', U'g'}, {U'օ', U'o'},
  });
  static_assert(std::ranges::is_sorted(table, {}, &std::pair<char32_t, char32_t>::first));
  const auto found = std::ranges::lower_bound(table, c, {}, &std::pair<char32_t, char32_t>::first);
  return found != table.end() && found->first == c ? found->second : c;
}

bool shows_nothing(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
         u_charType(static_cast<UChar32>(c)) == U_FORMAT_CHAR;
}

bool turns_or_tags(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0xe0000 && c <= 0xe007f);
}

/// What of an escape sequence of a terminal (ECMA-48) stands at `at`, an ESC: its length. Colours and the
/// erasing of the rest of a line are what programs write into logs; all else moves or hides text.
std::size_t terminal_command(const std::u32string& text, std::size_t at, bool& harmless) {
  harmless = true;
  if (at + 1 >= text.size()) return 1;
  const char32_t kind = text[at + 1];
  std::size_t end = at + 2;
  if (kind == U'[') {
    while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3f) ++end;
    if (end < text.size()) harmless = text[end] == U'm' || text[end] == U'K';
    return std::min(end + 1, text.size()) - at;
  }
  if (kind == U']' || kind == U'P' || kind == U'_' || kind == U'^') {
    harmless = false;
    while (end < text.size() && text[end] != bell && text[end] != escape) ++end;
    return std::min(end + 1, text.size()) - at;
  }
  harmless = kind == U'(' || kind == U')';
  return std::min(end + (harmless ? 1 : 0), text.size()) - at;
}

/// Tag characters spell ASCII that nobody sees.
char32_t untagged(char32_t c) { return c >= 0xe0020 && c <= 0xe007e ? c - 0xe0000 : c; }

/// Without what shows nothing.
std::u32string visible(const std::u32string& text, bool& hid_something) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char32_t c = text[at];
    if (c == escape) {
      bool harmless = true;
      at += terminal_command(text, at, harmless) - 1;
      hid_something |= !harmless;
    } else if (turns_or_tags(c)) {
      hid_something = true;
      if (untagged(c) != c) out += untagged(c);
    } else if (c > 0x7f && shows_nothing(c)) {
      const bool in_word = !out.empty() && is_latin_letter(out.back()) && at + 1 < text.size() &&
                           is_latin_letter(text[at + 1]);
      hid_something |= in_word;
    } else if (c == U'\b') {
      hid_something |= !out.empty();
      if (!out.empty()) out.pop_back();
    } else {
      out += c < 0x20 && c != U'\n' ? U' ' : c;
    }
  }
  return out;
}

/// NFKD. On failure, which only a lack of memory brings about, the text itself.
std::u32string decomposed(const std::u32string& text) {
  std::u16string in;
  for (const char32_t c : text) {
    if (c > 0xffff) {
      in += static_cast<char16_t>(U16_LEAD(c));
      in += static_cast<char16_t>(U16_TRAIL(c));
    } else {
      in += static_cast<char16_t>(c);
    }
  }
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* form = unorm2_getNFKDInstance(&status);
  if (U_FAILURE(status)) return text;
  const auto length = static_cast<std::int32_t>(in.size());
  const std::int32_t needed = unorm2_normalize(form, in.data(), length, nullptr, 0, &status);
  if (status != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(status)) return text;
  status = U_ZERO_ERROR;
  std::u16string made(static_cast<std::size_t>(needed) + 1, u'\0');
  unorm2_normalize(form, in.data(), length, made.data(), needed + 1, &status);
  if (U_FAILURE(status)) return text;
  made.resize(static_cast<std::size_t>(needed));
  return from_utf16(made);
}

}  // namespace

folded_text fold_text(std::string_view text) {
  folded_text out;
  const std::u32string seen = visible(from_utf16(to_utf16(text)), out.hid_something);
  const bool plain = std::ranges::all_of(seen, [](char32_t c) { return c < 0x80; });
  for (const char32_t c : plain ? seen : decomposed(seen)) {
    if (c < 0x80) {
      out.text += static_cast<char>(c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c);
    } else if (u_charType(static_cast<UChar32>(c)) != U_NON_SPACING_MARK) {
      append_utf8(out.text, look_alike(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)))));
    }
  }
  return out;
}

}  // namespace stook::sre
