#include <oncall/screen/decode.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include <stook/core/ascii.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr std::size_t shortest_run = 20;
constexpr std::size_t most_runs = 16;

using ascii::is_digit;
using ascii::is_hex_digit;
using ascii::is_letter;
using ascii::is_lower;
using ascii::is_upper;

constexpr std::array<signed char, 256> base64_values = [] {
  std::array<signed char, 256> out{};
  out.fill(-1);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
  out['-'] = 62;  // the alphabet for URLs
  out['_'] = 63;
  return out;
}();

constexpr bool is_base64(char c) { return base64_values[static_cast<unsigned char>(c)] >= 0; }

constexpr int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

/// Text that a person could have written: UTF-8 without control characters, mostly letters and blanks.
bool is_readable(std::string_view text) {
  if (text.size() < 8) return false;
  std::size_t letters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r' && c != '\x1b') || byte == 0x7f) return false;
    letters += is_letter(c) || c == ' ' || byte >= 0x80;
  }
  return letters * 10 >= text.size() * 6 && is_valid_utf8(text);
}

/// Latin letters in UTF-16 have a zero as every other byte.
std::string without_zeros(std::string text) {
  const auto zeros = static_cast<std::size_t>(std::ranges::count(text, '\0'));
  if (zeros * 5 >= text.size() * 2) std::erase(text, '\0');
  return text;
}

std::string from_base64(std::string_view run) {
  std::string out;
  unsigned held = 0, bits = 0;
  for (const char c : run) {
    held = (held << 6U | static_cast<unsigned>(base64_values[static_cast<unsigned char>(c)])) & 0xffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits);
  }
  return without_zeros(std::move(out));
}

std::string from_hex(std::string_view run) {
  std::string out;
  for (std::size_t i = 0; i + 1 < run.size(); i += 2)
    out += static_cast<char>(hex_value(run[i]) * 16 + hex_value(run[i + 1]));
  return without_zeros(std::move(out));
}

void add_readable(std::vector<std::string>& out, std::string text) {
  while (!text.empty() && !is_readable(text) && static_cast<unsigned char>(text.back()) >= 0x80)
    text.pop_back();
  if (is_readable(text)) out.push_back(std::move(text));
}

template <typename Is>
void for_each_run(std::string_view text, Is is, const auto& what) {
  std::size_t runs = 0;
  for (std::size_t at = 0; at < text.size() && runs < most_runs;) {
    if (!is(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is(text[end])) ++end;
    if (end - at >= shortest_run) {
      ++runs;
      what(text.substr(at, end - at));
    }
    at = end;
  }
}

/// Hexadecimal with blanks, colons or `\x` and `0x` between the bytes.
std::string hex_bytes_joined(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("\\x") || rest.starts_with("0x")) {
      at += 2;
    } else if (rest.front() == ' ' || rest.front() == ':' || rest.front() == ',') {
      const bool between = at >= 2 && is_hex_digit(text[at - 1]) && is_hex_digit(text[at - 2]);
      if (!between) out += rest.front();
      ++at;
    } else {
      out += rest.front();
      ++at;
    }
  }
  return out;
}

struct escape_sequence {
  std::uint32_t value = 0;
  std::size_t size = 0;
};

/// `digits` digits to the base behind `skip` bytes.
std::optional<escape_sequence> numbered(std::string_view text, std::size_t skip, std::size_t fewest,
                                        std::size_t most, int base) {
  if (text.size() < skip + fewest) return std::nullopt;
  const std::string_view digits = text.substr(skip, most);
  escape_sequence out;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out.value, base);
  const auto size = static_cast<std::size_t>(end - digits.data());
  if (failed != std::errc{} || size < fewest) return std::nullopt;
  out.size = skip + size;
  return out;
}

std::optional<escape_sequence> escape_at(std::string_view text) {
  static constexpr auto named = std::to_array<std::pair<std::string_view, char>>({{"&lt;", '<'},
                                                                                  {"&gt;", '>'},
                                                                                  {"&amp;", '&'},
                                                                                  {"&quot;", '"'},
                                                                                  {"&apos;", '\''},
                                                                                  {"&nbsp;", ' '},
                                                                                  {"\\n", '\n'},
                                                                                  {"\\r", '\n'},
                                                                                  {"\\t", ' '},
                                                                                  {"\\\"", '"'}});
  if (text.front() == '%') return numbered(text, 1, 2, 2, 16);
  if (text.starts_with("&#x") || text.starts_with("&#X")) {
    auto out = numbered(text, 3, 1, 6, 16);
    if (out && out->size < text.size() && text[out->size] == ';') ++out->size;
    return out;
  }
  if (text.starts_with("&#")) {
    auto out = numbered(text, 2, 1, 7, 10);
    if (out && out->size < text.size() && text[out->size] == ';') ++out->size;
    return out;
  }
  if (text.starts_with("\\u{")) {
    auto out = numbered(text, 3, 1, 6, 16);
    if (out) ++out->size;
    return out;
  }
  if (text.starts_with("\\u")) return numbered(text, 2, 4, 4, 16);
  if (text.starts_with("\\U")) return numbered(text, 2, 8, 8, 16);
  if (text.starts_with("\\x")) return numbered(text, 2, 2, 2, 16);
  if (text.front() == '\\' && text.size() > 3 && is_digit(text[1])) return numbered(text, 1, 3, 3, 8);
  for (const auto& [name, c] : named) {
    if (text.starts_with(name)) return escape_sequence{static_cast<unsigned char>(c), name.size()};
  }
  return std::nullopt;
}

/// Bytes of percent, `\x` and octal escapes are UTF-8 as they come; larger numbers are code points.
std::string unescaped(std::string_view text) {
  std::string out;
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '%' || c == '&' || c == '\\') {
      if (const auto found = escape_at(text.substr(at))) {
        const bool byte = c == '%' || (c == '\\' && text[at + 1] != 'u' && text[at + 1] != 'U');
        if (byte && found->value < 0x100) {
          out += static_cast<char>(found->value);
        } else {
          append_utf8(out, found->value);
        }
        at += std::max<std::size_t>(found->size, 1);
        changed = true;
        continue;
      }
    }
    out += c;
    ++at;
  }
  if (!changed) return {};
  if (text.find(' ') == std::string_view::npos) std::ranges::replace(out, '+', ' ');
  return to_valid_utf8(out);
}

/// True where letters stand one by one with the same sign between them.
bool stand_apart(std::string_view text, std::size_t at) {
  if (at + 6 >= text.size()) return false;
  const char sign = text[at];
  return text[at + 2] == sign && text[at + 4] == sign && !is_letter(sign) && !is_digit(sign) &&
         is_letter(text[at + 1]) && is_letter(text[at + 3]) && is_letter(text[at + 5]);
}

std::string letters_together(std::string_view text) {
  std::string out;
  bool changed = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 0 || !stand_apart(text, at)) {
      out += text[at];
      continue;
    }
    changed = true;
    const char sign = text[at];
    std::size_t next = at;
    while (next + 1 < text.size() && text[next] == sign && is_letter(text[next + 1]) &&
           (next + 2 >= text.size() || !is_letter(text[next + 2]))) {
      out += text[next + 1];
      next += 2;
    }
    if (next == at) {  // a longer word follows
      out += text[at];
      continue;
    }
    at = next - 1;
  }
  return changed ? out : std::string{};
}

/// What a text in UTF-8 or UTF-16 can begin with, byte by byte: how many bytes are missing to the end of a
/// character, or that no text goes on like this. Of what identifiers decode to, one in hundreds can.
constexpr std::size_t no_text = 4;
constexpr auto text_steps = [] {
  std::array<std::array<std::uint8_t, 256>, 5> out{};
  for (auto& step : out) step.fill(no_text);
  for (std::size_t byte = 0; byte < 0xf5; ++byte) {
    const bool single = (byte >= 0x20 && byte < 0x7f) || byte == 0 || byte == '\n' || byte == 0x1b;
    if (single) out[0][byte] = 0;
    if (byte >= 0xc3) out[0][byte] = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  }
  for (std::uint8_t missing = 1; missing < no_text; ++missing) {
    for (std::size_t byte = 0x80; byte < 0xc0; ++byte) out[missing][byte] = missing - 1;
  }
  return out;
}();

/// By their value, and 16 for what is none.
constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(16);
  for (std::uint8_t i = 0; i < 10; ++i) out[static_cast<std::size_t>('0') + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i)
    out[static_cast<std::size_t>('a') + i] = out[static_cast<std::size_t>('A') + i] = 10 + i;
  return out;
}();

// In both, what rejects most identifiers comes first.

/// Base64 of a text has both cases within 20 letters; most identifiers and paths have not.
bool has_both_cases(std::string_view run) {
  const std::string_view first = run.substr(0, shortest_run);
  return std::ranges::any_of(first, is_upper) && std::ranges::any_of(first, is_lower);
}

bool begins_as_base64(std::string_view run) {
  if (run.size() < shortest_run) return false;
  std::uint64_t held = 0;
  for (std::size_t i = 0; i < 8; ++i)
    held = held << 6U | static_cast<unsigned>(base64_values[static_cast<unsigned char>(run[i])]);
  std::size_t state = 0;
  for (std::size_t i = 0; i < 6; ++i) state = text_steps[state][held >> (40 - 8 * i) & 0xffU];
  return state != no_text && has_both_cases(run);
}

/// No branch depends on a digit: among identifiers every other one would be mispredicted.
bool begins_as_hex(std::string_view run) {
  if (run.size() < shortest_run) return false;
  std::size_t state = 0;
  unsigned any = 0;
  for (std::size_t i = 0; i < 12; i += 2) {
    const unsigned high = hex_values[static_cast<unsigned char>(run[i])];
    const unsigned low = hex_values[static_cast<unsigned char>(run[i + 1])];
    any |= high | low;
    state = text_steps[state][(high << 4U | low) & 0xffU];
  }
  return state != no_text && any < 16 && !std::ranges::all_of(run, is_digit);
}

/// Whether a run may begin as one of the two, whatever its digits are.
bool begins_encoded_with_any_digits(std::string_view run) {
  if (run.size() < shortest_run) return false;
  const bool hex = std::ranges::all_of(run.substr(0, 12), is_hex_digit);
  return has_both_cases(run) || (hex && !std::ranges::all_of(run, is_digit));
}

constexpr bool is_glue(char c) { return c == '/' || c == '-' || c == '_' || c == '+'; }

bool has_glue(std::string_view run) {
  unsigned char any = 0;  // one width of data and no branch: the compiler vectorises it
  for (const char c : run)
    any |= static_cast<unsigned char>((c == '/') | (c == '-') | (c == '_') | (c == '+'));
  return any != 0;
}

/// What of a run may be base64: all of it, or what is behind something glued to its front, such as a path.
template <typename Begins>
std::string_view promising_part(std::string_view run, const Begins& begins) {
  const bool glued = has_glue(run);
  for (std::size_t begin = 0; run.size() - begin >= shortest_run;) {
    const std::string_view part = run.substr(begin);
    if (begins(part)) return part;
    if (!glued) break;
    const auto glue = std::ranges::find_if(part, is_glue);
    if (glue == part.end()) break;
    begin += static_cast<std::size_t>(glue - part.begin()) + 1;
  }
  return {};
}

bool begins_encoded(std::string_view run) { return begins_as_base64(run) || begins_as_hex(run); }

template <typename Begins>
bool has_promising_run(std::string_view text, const Begins& begins) {
  // A stretch as long as that has a letter at one of these places.
  for (std::size_t i = shortest_run - 1; i < text.size(); i += shortest_run) {
    if (!is_base64(text[i])) continue;
    std::size_t begin = i, end = i + 1;
    while (begin > 0 && is_base64(text[begin - 1])) --begin;
    while (end < text.size() && is_base64(text[end])) ++end;
    if (!promising_part(text.substr(begin, end - begin), begins).empty()) return true;
    i = std::max(i, end - 1);
  }
  return false;
}

// The loops below have no branches and one width of data, so that the compiler vectorises them.

bool has_escapes(std::string_view text) {
  unsigned char any = 0;
  for (const char c : text) any |= static_cast<unsigned char>((c == '%') | (c == '&') | (c == '\\'));
  return any != 0 &&
         std::ranges::count_if(text, [](char c) { return c == '%' || c == '&' || c == '\\'; }) >= 3;
}

/// Whether any byte occurs three times at this distance.
template <std::size_t Distance>
bool has_rhythm(std::string_view text) {
  if (text.size() < 2 * Distance + 1) return false;
  const std::size_t size = text.size() - 2 * Distance;
  const char* const a = text.data();
  const char* const b = a + Distance;
  const char* const c = b + Distance;
  unsigned char any = 0;
  for (std::size_t i = 0; i < size; ++i) any |= static_cast<unsigned char>((a[i] == b[i]) & (a[i] == c[i]));
  return any != 0;
}

bool has_letters_apart(std::string_view text) {
  if (!has_rhythm<2>(text)) return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (stand_apart(text, i)) return true;
  }
  return false;
}

/// Bytes in hexadecimal, one by one: "69 67 6e 6f".
bool has_hex_bytes(std::string_view text) {
  if (!has_rhythm<3>(text)) return false;
  for (std::size_t i = 2; i + 8 < text.size(); ++i) {
    const char sign = text[i];
    if (is_digit(sign) || is_letter(sign) || text[i + 3] != sign || text[i + 6] != sign) continue;
    bool hex = true;
    for (const std::size_t at : {i - 2, i - 1, i + 1, i + 2, i + 4, i + 5, i + 7, i + 8})
      hex &= is_hex_digit(text[at]);
    if (hex) return true;
  }
  return false;
}

}  // namespace

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0U | c >> 6U);
    out += static_cast<char>(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0U | c >> 12U);
    out += static_cast<char>(0x80U | (c >> 6U & 0x3fU));
    out += static_cast<char>(0x80U | (c & 0x3fU));
  } else if (c < 0x110000) {
    out += static_cast<char>(0xf0U | c >> 18U);
    out += static_cast<char>(0x80U | (c >> 12U & 0x3fU));
    out += static_cast<char>(0x80U | (c >> 6U & 0x3fU));
    out += static_cast<char>(0x80U | (c & 0x3fU));
  }
}

bool may_be_encoded(std::string_view text) {
  return has_escapes(text) || has_letters_apart(text) || has_hex_bytes(text) ||
         has_promising_run(text, begins_encoded);
}

bool may_be_encoded_with_any_digits(std::string_view text) {
  // The first three look at digits as such, and at the sign between them.
  return has_escapes(text) || has_letters_apart(text) || has_hex_bytes(text) ||
         has_promising_run(text, begins_encoded_with_any_digits);
}

std::vector<std::string> decoded_forms(std::string_view text) {
  std::vector<std::string> out;
  for_each_run(text, is_base64, [&](std::string_view run) {
    if (const std::string_view part = promising_part(run, begins_encoded); !part.empty())
      add_readable(out, from_base64(part));
  });
  const auto hex = [&](std::string_view run) { add_readable(out, from_hex(run)); };
  for_each_run(text, is_hex_digit, hex);
  if (const std::string joined = hex_bytes_joined(text); joined.size() < text.size())
    for_each_run(joined, is_hex_digit, hex);
  if (std::string plain = unescaped(text); !plain.empty()) out.push_back(std::move(plain));
  if (std::string together = letters_together(text); !together.empty()) out.push_back(std::move(together));
  return out;
}

/// One identifier in fifty begins as text does; what is behind tells.
bool hex_may_be_encoded(std::string_view text) { return begins_as_hex(text) && !decoded_forms(text).empty(); }

std::string rot13(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (!is_letter(c)) continue;
    const char first = c >= 'a' ? 'a' : 'A';
    c = static_cast<char>(first + (c - first + 13) % 26);
  }
  return out;
}

std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

std::string digits_as_letters(std::string_view text) {
  constexpr std::string_view from = "0134578@$!|";
  constexpr std::string_view to = "oieastbasil";
  std::string out{text};
  for (char& c : out) {
    if (const std::size_t at = from.find(c); at != std::string_view::npos) c = to[at];
  }
  return out;
}

}  // namespace stook::sre
