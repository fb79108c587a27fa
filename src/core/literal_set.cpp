#include <stook/core/literal_set.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook {
namespace {

constexpr std::size_t shortest = 3;

constexpr unsigned char lower(char c) {
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

constexpr std::uint32_t start_of(std::string_view text) {
  return std::uint32_t{lower(text[0])} << 16U | std::uint32_t{lower(text[1])} << 8U | lower(text[2]);
}

/// A place in the bitmap. Setting the bit 0x20 of each byte, where letters differ in case, spares the lookup
/// of each byte; what else it makes equal is told apart afterwards.
constexpr std::uint32_t place_of(std::uint32_t three) {
  return ((three | 0x20'20'20U) * 0x9e37'79b1U) >> 17U;
}

}  // namespace

literal_set::literal_set(std::span<const std::string_view> literals) {
  for (const std::string_view literal : literals) {
    if (literal.size() < shortest) {
      throw error("bad_literal",
                  fmt::format("expected literals of at least {} bytes, got \"{}\"", shortest, literal));
    }
    std::string text;
    for (const char c : literal) text += static_cast<char>(lower(c));
    const std::uint32_t start = start_of(text);
    const std::uint32_t place = place_of(start);
    bits_[place >> 6U] |= std::uint64_t{1} << (place & 63U);
    entries_.push_back({.start = start, .text = std::move(text)});
  }
  std::ranges::sort(entries_, {}, [](const entry& e) { return e.start; });
}

bool literal_set::begins_here(std::string_view rest) const {
  const auto same = [&](const entry& e) {
    return e.text.size() <= rest.size() &&
           std::equal(e.text.begin(), e.text.end(), rest.begin(),
                      [](char a, char b) { return static_cast<unsigned char>(a) == lower(b); });
  };
  const auto with_start = std::ranges::equal_range(entries_, start_of(rest), {}, &entry::start);
  return std::ranges::any_of(with_start, same);
}

bool literal_set::occurs_in(std::string_view text) const {
  if (text.size() < shortest) return false;
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  std::uint32_t three = byte(0) << 8U | byte(1);
  for (std::size_t i = 2; i < text.size(); ++i) {
    three = (three << 8U | byte(i)) & 0xff'ff'ffU;
    const std::uint32_t place = place_of(three);
    if ((bits_[place >> 6U] >> (place & 63U) & 1U) != 0 && begins_here(text.substr(i - 2))) return true;
  }
  return false;
}

}  // namespace stook
