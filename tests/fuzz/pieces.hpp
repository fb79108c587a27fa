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

/// Hands `text` to `take` in pieces whose sizes follow from `seed`.
template <typename Take>
void in_pieces(std::string_view text, std::uint8_t seed, Take take) {
  std::size_t state = seed;
  while (!text.empty()) {
    state = state * 5 + 3;
    const std::size_t size = 1 + state % 11;
    take(text.substr(0, size));
    text.remove_prefix(size < text.size() ? size : text.size());
  }
}

}  // namespace fuzz
