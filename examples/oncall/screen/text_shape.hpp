#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <boost/endian/conversion.hpp>

namespace stook::sre {

/// What short texts share that differ in their digits only: the text with 0 for each digit. Made and compared
/// sixteen bytes at once, with no byte read outside the text, and none read from two writes: the processor
/// waits for those.
class text_shape {
 public:
  static constexpr std::size_t longest = 111;

  text_shape() = default;
  /// `text` must have between 1 and `longest` bytes.
  explicit text_shape(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
    if (text.size() < block_bytes) {
      store(0, without_digits(load_few(text)));
      return;
    }
    std::size_t at = 0;
    for (; at + block_bytes <= text.size(); at += block_bytes)
      store(at, without_digits(load(text.data() + at)));
    if (at < text.size()) store(at, without_digits(load(text.data() + text.size() - block_bytes)));
  }

  std::string text() const {
    if (size_ < block_bytes) return {bytes_.data(), size_};
    const std::size_t rest = size_ % block_bytes;
    std::string out{bytes_.data(), size_ - rest};
    return out.append(bytes_.data() + out.size() + block_bytes - rest, rest);
  }

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
    for (std::size_t at = 0; at < size_; at += block_bytes) {
      std::array<std::uint64_t, 2> a, b;
      std::memcpy(a.data(), bytes_.data() + at, block_bytes);
      std::memcpy(b.data(), other.bytes_.data() + at, block_bytes);
      differs |= (a[0] ^ b[0]) | (a[1] ^ b[1]);
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

  /// Less than a block, with zeros behind.
  static block load_few(std::string_view text) {
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    std::array<std::uint64_t, 2> half{};
    if (size > 8) {
      half[0] = boost::endian::load_little_u64(from);
      half[1] = boost::endian::load_little_u64(from + size - 8) >> 8 * (16 - size);
    } else if (size >= 4) {
      const std::uint64_t last = boost::endian::load_little_u32(from + size - 4);
      half[0] = boost::endian::load_little_u32(from) | last << 8 * (size - 4);
    } else {
      for (std::size_t i = size; i-- > 0;) half[0] = half[0] << 8U | from[i];
    }
    for (std::uint64_t& word : half) boost::endian::native_to_little_inplace(word);
    // In registers: from memory it would be one read from two writes.
    using two_words = std::uint64_t __attribute__((vector_size(block_bytes)));
    return reinterpret_cast<block>(two_words{half[0], half[1]});
  }

  // Whole blocks; then, if the text does not end with one, its last sixteen bytes, of which the block before
  // has some too.
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
