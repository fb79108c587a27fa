#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace stook::sre {

/// A hash of short texts that takes a nanosecond or two: sixteen bytes at a time, mixed by the high and the
/// low half of a product, as wyhash does (Wang Yi). Not for what an attacker may flood.
inline std::uint64_t text_hash(std::string_view text, std::uint64_t seed = 0) {
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a ^ 0xa076'1d64'78bd'642fU) * (b ^ 0xe703'7ed1'a0b4'28dbU);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  };
  const auto eight = [&](std::size_t at) {
    std::uint64_t out = 0;
    std::memcpy(&out, text.data() + at, sizeof out);
    return out;
  };
  const auto four = [&](std::size_t at) {
    std::uint32_t out = 0;
    std::memcpy(&out, text.data() + at, sizeof out);
    return std::uint64_t{out};
  };
  std::uint64_t hash = mix(seed, text.size());
  if (text.size() >= 16) {
    for (std::size_t at = 0; at + 16 < text.size(); at += 16) hash = mix(hash ^ eight(at), eight(at + 8));
    return mix(hash ^ eight(text.size() - 16), eight(text.size() - 8));
  }
  if (text.size() >= 8) return mix(hash ^ eight(0), eight(text.size() - 8));
  if (text.size() >= 4) return mix(hash, four(0) << 32U | four(text.size() - 4));
  std::uint64_t few = 0;
  for (const char c : text) few = few << 8U | static_cast<unsigned char>(c);
  return mix(hash, few);
}

}  // namespace stook::sre
