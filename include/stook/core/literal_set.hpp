#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stook {

/// Some literals, and whether any of them occurs in a text, whatever the case of ASCII letters: what stands
/// before slow patterns, so that ordinary text never meets them. One pass over the text, about a nanosecond a
/// byte: the first three bytes of each literal are looked up in a table of 16 KB. Immutable, thread-safe.
class literal_set {
 public:
  /// Throws `error` (bad_literal) for one of less than 3 bytes.
  explicit literal_set(std::span<const std::string_view> literals);

  bool occurs_in(std::string_view text) const;

 private:
  struct entry {
    std::uint32_t start = 0;  // the first three bytes, in lower case
    std::string text;         // in lower case
  };
  bool begins_here(std::string_view rest) const;

  std::array<std::uint8_t, 16384> begins_{};
  std::vector<entry> entries_;  // sorted by start
};

}  // namespace stook
