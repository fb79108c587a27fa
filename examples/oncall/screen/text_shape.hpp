#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace stook::sre {

/// What short texts share that differ in their digits only: the text with 0 for each digit, and zero bytes up
/// to a whole number of blocks. Made and compared sixteen bytes at once, with no byte read outside the text.
class text_shape {
 public:
  static constexpr std::size_t longest = 111;

  text_shape() = default;
  /// `text` must have between 1 and `longest` bytes.
  explicit text_shape(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
    const block none{};
    std::memcpy(bytes_.data() + text.size() / block_bytes * block_bytes, &none, block_bytes);
    if (text.size() < block_bytes) {
      copy_few(text);
      store(0, without_digits(load(bytes_.data())));
      return;
    }
    for (std::size_t at = 0; at + block_bytes <= text.size(); at += block_bytes)
      store(at, without_digits(load(text.data() + at)));
    const std::size_t last = text.size() - block_bytes;  // overlaps the block before
    store(last, without_digits(load(text.data() + last)));
  }

  std::string_view text() const { return {bytes_.data(), size_}; }

  /// Mixed by the high and the low half of a product, as wyhash does (Wang Yi).
  std::uint64_t hash() const {
    __extension__ using wide = unsigned __int128;
    std::uint64_t out = size_;
    for (std::size_t at = 0; at < size_; at += block_bytes) {
      std::array<std::uint64_t, 2> half;
      std::memcpy(half.data(), bytes_.data() + at, block_bytes);
      const wide product =
          static_cast<wide>(half[0] ^ out ^ 0xa076'1d64'78bd'642fU) * (half[1] ^ 0xe703'7ed1'a0b4'28dbU);
      out = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    return out;
  }

  bool operator==(const text_shape& other) const {
    if (size_ != other.size_) return false;
    std::uint64_t differs = 0;
    for (std::size_t at = 0; at < size_; at += sizeof differs) {
      std::uint64_t a, b;
      std::memcpy(&a, bytes_.data() + at, sizeof a);
      std::memcpy(&b, other.bytes_.data() + at, sizeof b);
      differs |= a ^ b;
    }
    return differs == 0;
  }

 private:
  static constexpr std::size_t block_bytes = 16;
  using block = unsigned char __attribute__((vector_size(block_bytes)));

  static block load(const char* from) {
    block out;
    std::memcpy(&out, from, sizeof out);
    return out;
  }
  void store(std::size_t at, const block& bytes) { std::memcpy(bytes_.data() + at, &bytes, sizeof bytes); }

  static block without_digits(const block& bytes) {
    const auto digit = reinterpret_cast<block>((bytes - '0') < 10);
    return (bytes & ~digit) | (digit & '0');
  }

  /// Less than a block, with no call of memcpy.
  void copy_few(std::string_view text) {
    const auto ends = [&](auto word) {
      std::memcpy(&word, text.data(), sizeof word);
      std::memcpy(bytes_.data(), &word, sizeof word);
      std::memcpy(&word, text.data() + text.size() - sizeof word, sizeof word);
      std::memcpy(bytes_.data() + text.size() - sizeof word, &word, sizeof word);
    };
    if (text.size() >= 8) return ends(std::uint64_t{});
    if (text.size() >= 4) return ends(std::uint32_t{});
    if (text.size() >= 2) return ends(std::uint16_t{});
    bytes_[0] = text[0];
  }

  alignas(block_bytes) std::array<char, longest / block_bytes * block_bytes + block_bytes> bytes_;
  std::uint8_t size_ = 0;
};

/// Whether a text of 16 to 64 bytes has digits and the letters a to f in lower case alone.
inline bool is_short_hex(std::string_view text) {
  constexpr std::size_t block_bytes = 16;
  using block = unsigned char __attribute__((vector_size(block_bytes)));
  if (text.size() < block_bytes || text.size() > 4 * block_bytes) return false;
  std::uint64_t other = 0;
  for (std::size_t at = 0; at < text.size() && other == 0; at += block_bytes) {
    block bytes;
    std::memcpy(&bytes, text.data() + (at + block_bytes > text.size() ? text.size() - block_bytes : at),
                sizeof bytes);
    const auto wrong =
        reinterpret_cast<block>((bytes - '0') >= 10) & reinterpret_cast<block>((bytes - 'a') >= 6);
    std::array<std::uint64_t, 2> half;
    std::memcpy(half.data(), &wrong, sizeof wrong);
    other = half[0] | half[1];
  }
  return other == 0;
}

}  // namespace stook::sre
