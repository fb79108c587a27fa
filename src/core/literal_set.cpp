#include <stook/core/literal_set.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/endian/conversion.hpp>

#include <stook/core/error.hpp>

namespace stook {
namespace {

constexpr std::size_t shortest = 3;

constexpr unsigned char lower(char c) {
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

constexpr std::uint32_t start_of(std::string_view text) {
  return std::uint32_t{lower(text[0])} | std::uint32_t{lower(text[1])} << 8U |
         std::uint32_t{lower(text[2])} << 16U;
}

/// A place in the table, of the lower three bytes. Setting the bit 0x20 of each byte, where letters differ in
/// case, spares a lookup for each; what else it makes equal is told apart afterwards.
constexpr std::uint32_t place_of(std::uint32_t three) {
  return (((three | 0x20'20'20U) << 8U) * 0x9e37'79b1U) >> 18U;
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
    begins_[place_of(start)] = 1;
    entries_.push_back({.start = start, .text = std::move(text)});
  }
  std::ranges::sort(entries_, {}, [](const entry& e) { return e.start; });
}

bool literal_set::begins_here(std::string_view rest) const {
  const std::uint32_t start = start_of(rest);
  if (begins_[place_of(start)] == 0) return false;
  const auto same = [&](const entry& e) {
    return e.text.size() <= rest.size() &&
           std::equal(e.text.begin(), e.text.end(), rest.begin(),
                      [](char a, char b) { return static_cast<unsigned char>(a) == lower(b); });
  };
  return std::ranges::any_of(std::ranges::equal_range(entries_, start, {}, &entry::start), same);
}

bool literal_set::occurs_in(std::string_view text) const {
  if (text.size() < shortest) return false;
  const char* const data = text.data();
  const std::size_t last = text.size() - shortest;  // where a literal can begin
  std::size_t i = 0;
  // Four places at a time; reading four bytes at each needs one more than there are to the last place.
  for (; i + 4 <= last; i += 4) {
    std::uint8_t any = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto* const bytes = reinterpret_cast<const unsigned char*>(data + i + j);
      any |= begins_[place_of(boost::endian::load_little_u32(bytes))];
    }
    if (any == 0) continue;
    for (std::size_t j = 0; j < 4; ++j) {
      if (begins_here(text.substr(i + j))) return true;
    }
  }
  for (; i <= last; ++i) {
    if (begins_here(text.substr(i))) return true;
  }
  return false;
}

}  // namespace stook
