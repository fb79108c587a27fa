#include <stook/core/json.hpp>

#include <array>
#include <cstdint>
#include <cstring>

namespace stook {
namespace {

// Length of the well-formed sequence at the front of `text`, by table 3-7 of the Unicode Standard; 0 if there
// is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xbf;  // of the second byte
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;  // no surrogates
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  if (text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// Whether `Size` bytes are ASCII without NUL: as signed numbers they are above 0. GCC and Clang compare
// sixteen at once on any machine that can.
template <std::size_t Size>
bool is_plain_block(const char* bytes) {
  using sixteen = signed char __attribute__((vector_size(16)));
  auto above = sixteen{} == 0;
  for (std::size_t i = 0; i < Size; i += sizeof(sixteen)) {
    sixteen next;
    std::memcpy(&next, bytes + i, sizeof next);
    above &= next > 0;
  }
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &above, sizeof halves);
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

// Mycroft's test for a zero byte; exact where no byte has its top bit.
bool is_plain_word(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  return ((word | (word - ones)) & tops) == 0;
}

template <typename Word>
Word word_at(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Bytes at the front of `text` that are ASCII without NUL: all of them, or some in steps of eight.
std::size_t plain_prefix(std::string_view text) {
  const std::size_t size = text.size();
  if (size < 8) {
    if (size < 4) return 0;
    const std::uint64_t front = word_at<std::uint32_t>(text.data());
    return is_plain_word(front << 32 | word_at<std::uint32_t>(text.data() + size - 4)) ? size : 0;
  }
  std::size_t n = 0;
  while (n + 256 <= size && is_plain_block<256>(text.data() + n)) n += 256;
  while (n + 64 <= size && is_plain_block<64>(text.data() + n)) n += 64;
  for (; n + 8 <= size; n += 8) {
    if (!is_plain_word(word_at<std::uint64_t>(text.data() + n))) return n;
  }
  return is_plain_word(word_at<std::uint64_t>(text.data() + size - 8)) ? size : n;  // overlaps the last one
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  std::size_t at = plain_prefix(text);
  for (;;) {
    while (at != text.size() && static_cast<signed char>(text[at]) > 0) ++at;
    if (at == text.size()) return true;
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const std::size_t length = sequence_length(text)) {
      out.append(text, 0, length);
      text.remove_prefix(length);
    } else {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace stook
