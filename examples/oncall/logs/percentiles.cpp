#include <oncall/logs/percentiles.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace stook::sre {
namespace {

/// Below this it is cheaper to look at the values themselves than to clear the counters.
constexpr std::size_t few = 8'192;

/// The sign, the exponent and three bits more of a double as a number that ascends with it: eight parts from
/// each power of two to the next.
constexpr int part_bits = 15;
constexpr std::size_t parts = std::size_t{1} << part_bits;
constexpr std::size_t first_finite = 8, end_finite = parts - 8;

/// A number that ascends with a double.
std::uint64_t ascending(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63U;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

std::size_t part_of(double value) { return ascending(value) >> (64U - part_bits); }

/// The eight bits behind those of the part.
std::size_t small_part_of(double value) { return ascending(value) >> (56U - part_bits) & 0xffU; }

std::size_t rank_of(double share, std::size_t values) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values)));
  return std::clamp<std::size_t>(rank, 1, values) - 1;
}

double nth(std::vector<double>& values, std::size_t rank) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(values, at);
  return *at;
}

/// The same for values of one part.
double nth_of_part(std::vector<double>& values, std::size_t rank) {
  if (values.size() > 512) {
    std::array<std::size_t, 256> counts{};
    for (const double v : values) ++counts[small_part_of(v)];
    std::size_t part = 0;
    for (; rank >= counts[part]; ++part) rank -= counts[part];
    std::erase_if(values, [&](double v) { return small_part_of(v) != part; });
  }
  return nth(values, rank);
}

std::vector<double> percentiles_of_few(std::span<const double> values, std::span<const double> shares) {
  std::vector<double> finite;
  std::ranges::copy_if(values, std::back_inserter(finite), [](double v) { return std::isfinite(v); });
  std::vector<double> out(shares.size(), 0.0);
  if (finite.empty()) return out;
  for (std::size_t s = 0; s < shares.size(); ++s) out[s] = nth(finite, rank_of(shares[s], finite.size()));
  return out;
}

/// How many values are in each part; of those that are not finite, none.
std::vector<std::uint32_t> count_parts(std::span<const double> values) {
  // Two in turn: an addition waits for the one before to the same counter, and neighbours are often alike.
  std::vector<std::uint32_t> counts(parts), others(parts);
  std::size_t i = 0;
  for (; i + 2 <= values.size(); i += 2) {
    ++counts[part_of(values[i])];
    ++others[part_of(values[i + 1])];
  }
  for (; i < values.size(); ++i) ++counts[part_of(values[i])];
  for (std::size_t part = 0; part < parts; ++part) counts[part] += others[part];
  std::fill_n(counts.begin(), first_finite, 0U);
  std::fill(counts.begin() + end_finite, counts.end(), 0U);
  return counts;
}

/// Where a rank is: the rank inside of a part.
struct place {
  std::size_t part = 0;
  std::size_t rank = 0;
};

std::vector<place> places_of(std::span<const double> shares, const std::vector<std::uint32_t>& counts) {
  std::size_t values = 0;
  for (const std::uint32_t n : counts) values += n;
  std::vector<place> out;
  if (values == 0) return out;
  for (const double share : shares) out.push_back({.part = parts, .rank = rank_of(share, values)});
  for (std::size_t part = first_finite; part < end_finite; ++part) {
    if (counts[part] == 0) continue;
    for (place& p : out) {
      if (p.part != parts) continue;
      if (p.rank < counts[part]) {
        p.part = part;
      } else {
        p.rank -= counts[part];
      }
    }
  }
  return out;
}

}  // namespace

std::vector<double> percentiles(std::span<const double> values, std::span<const double> shares) {
  if (values.size() < few) return percentiles_of_few(values, shares);
  const std::vector<std::uint32_t> counts = count_parts(values);
  const std::vector<place> places = places_of(shares, counts);
  std::vector<double> out(shares.size(), 0.0);
  if (places.empty()) return out;

  std::vector<std::uint8_t> wanted(parts);
  std::size_t room = 1;
  for (const place& p : places) {
    if (std::exchange(wanted[p.part], std::uint8_t{1}) == 0) room += counts[p.part];
  }
  // Without a branch: which values are wanted, no processor can guess.
  std::vector<double> inside(room);
  std::size_t held = 0;
  for (const double v : values) {
    inside[held] = v;
    held += wanted[part_of(v)];
  }
  inside.resize(held);
  std::vector<double> of_part;
  for (std::size_t s = 0; s < places.size(); ++s) {
    of_part.clear();
    std::ranges::copy_if(inside, std::back_inserter(of_part),
                         [&](double v) { return part_of(v) == places[s].part; });
    out[s] = nth_of_part(of_part, places[s].rank);
  }
  return out;
}

}  // namespace stook::sre
