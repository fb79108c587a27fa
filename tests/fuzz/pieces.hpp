#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fuzz {

/// Ends the process, which libFuzzer takes for a finding, where a property does not hold.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Hands `text` to `take` in pieces whose sizes follow from `seed`; 0: whole.
template <typename Take>
void in_pieces(std::string_view text, std::uint8_t seed, Take take) {
  if (seed == 0) return take(text);
  std::size_t state = seed;
  while (!text.empty()) {
    state = state * 5 + 3;
    const std::size_t size = 1 + state % 11;
    take(text.substr(0, size));
    text.remove_prefix(size < text.size() ? size : text.size());
  }
}

/// `read(text, seed)` gives the same whatever the seed; the first byte of the data is one.
template <typename Read>
int require_same_however_cut(const std::uint8_t* data, std::size_t size, Read read) {
  if (size == 0) return 0;
  const std::string_view text = text_of(data + 1, size - 1);
  require(read(text, *data) == read(text, 0));
  return 0;
}

}  // namespace fuzz
