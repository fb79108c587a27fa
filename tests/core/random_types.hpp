#pragma once

#include <bit>
#include <cmath>

#include <stook/core/type_desc.hpp>

#include "dice.hpp"

// Described types of every kind and random values of them, for property tests.
namespace stook_test {

enum class mood : std::int16_t { calm = -7, busy = 0, alarmed = 12'000 };
BOOST_DESCRIBE_ENUM(mood, calm, busy, alarmed)

struct leaf {
  std::string name;
  int weight = 3;
};
STOOK_DESCRIBE(leaf, (name, "", stook::length{1, 8}), (weight, "", stook::between{1, 9}, stook::defaulted))

struct shapes {
  bool flag = false;
  std::int8_t tiny = 0;
  std::uint16_t small = 0;
  std::int64_t wide = 0;
  std::uint64_t huge = 0;
  double real = 0;
  float half = 0;
  std::string text;
  mood feeling = mood::busy;
  stook::timestamp when;
  std::optional<leaf> maybe;
  std::vector<std::optional<double>> holes;
  std::map<std::string, std::vector<leaf>> groups;
  std::unordered_map<std::string, std::uint32_t> counts;
  std::variant<double, std::int64_t, leaf, std::vector<std::string>> either;
};
STOOK_DESCRIBE(shapes, (flag), (tiny), (small), (wide), (huge), (real), (half), (text), (feeling), (when),
               (maybe), (holes), (groups), (counts), (either))

inline leaf random_leaf(dice& r) {
  leaf out{.name = r.text(8), .weight = static_cast<int>(1 + r.below(9))};
  if (out.name.empty()) out.name = "x";
  return out;
}

template <typename Real, typename Bits>
Real random_real(dice& r) {
  for (;;) {
    const auto d = std::bit_cast<Real>(static_cast<Bits>(r.bits()));
    if (std::isfinite(d)) return d;
  }
}

inline shapes random_shapes(dice& r) {
  shapes s;
  s.flag = r.chance(50);
  s.tiny = static_cast<std::int8_t>(r.bits());
  s.small = static_cast<std::uint16_t>(r.bits());
  s.wide = static_cast<std::int64_t>(r.bits());
  s.huge = r.bits();
  s.real = random_real<double, std::uint64_t>(r);
  s.half = random_real<float, std::uint32_t>(r);
  s.text = r.text();
  constexpr mood moods[] = {mood::calm, mood::busy, mood::alarmed};
  s.feeling = r.pick(moods);
  constexpr std::int64_t year_1 = -62'135'596'800, year_10000 = 253'402'300'800;
  s.when = stook::timestamp::from_micros((year_1 + static_cast<std::int64_t>(r.below(year_10000 - year_1))) *
                                             1'000'000 +
                                         (r.chance(50) ? static_cast<std::int64_t>(r.below(1'000'000)) : 0));
  if (r.chance(50)) s.maybe = random_leaf(r);
  for (std::size_t n = r.below(4); n > 0; --n) {
    s.holes.push_back(r.chance(30) ? std::nullopt : std::optional(random_real<double, std::uint64_t>(r)));
  }
  for (std::size_t n = r.below(3); n > 0; --n) {
    auto& group = s.groups[r.text(4)];
    for (std::size_t k = r.below(3); k > 0; --k) group.push_back(random_leaf(r));
  }
  for (std::size_t n = r.below(4); n > 0; --n) s.counts[r.text(4)] = static_cast<std::uint32_t>(r.bits());
  switch (r.below(4)) {
    case 0:
      s.either = random_real<double, std::uint64_t>(r);
      break;
    case 1:
      s.either = static_cast<std::int64_t>(r.bits());
      break;
    case 2:
      s.either = random_leaf(r);
      break;
    default:
      s.either = std::vector<std::string>{r.text(), r.text()};
  }
  return s;
}

}  // namespace stook_test
