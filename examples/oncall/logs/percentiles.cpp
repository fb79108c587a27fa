#include <oncall/logs/percentiles.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace stook::sre {
namespace {

constexpr std::size_t parts = 4'096;
/// Below this it is cheaper to look at the values themselves than to clear the counters.
constexpr std::size_t few = 1'024;

std::size_t rank_of(double share, std::size_t values) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values)));
  return std::clamp<std::size_t>(rank, 1, values) - 1;
}

double nth(std::vector<double>& values, std::size_t rank) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(values, at);
  return *at;
}

struct value_range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  std::size_t count = 0;  // of those that are finite

  /// Of halves, for the difference of two huge values is infinite.
  double scale() const {
    const double width = high / 2 - low / 2;
    return width > 0 ? static_cast<double>(parts - 1) / 2 / width : 0;
  }
};

bool is_finite(double v) { return std::abs(v) <= std::numeric_limits<double>::max(); }

/// Four at a time, so that no comparison waits for the one before.
value_range range_of(std::span<const double> values) {
  constexpr std::size_t lanes = 4;
  std::array<value_range, lanes> lane;
  const auto look = [](value_range& into, double v) {
    const bool finite = is_finite(v);
    into.low = finite && v < into.low ? v : into.low;
    into.high = finite && v > into.high ? v : into.high;
    into.count += finite;
  };
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) look(lane[k], values[i + k]);
  }
  for (; i < values.size(); ++i) look(lane[0], values[i]);
  value_range all;
  for (const value_range& l : lane) {
    all.low = std::min(all.low, l.low);
    all.high = std::max(all.high, l.high);
    all.count += l.count;
  }
  return all;
}

}  // namespace

std::vector<double> percentiles(std::span<const double> values, std::span<const double> shares) {
  const value_range range = range_of(values);
  std::vector<double> out(shares.size(), 0.0);
  if (range.count == 0) return out;
  std::vector<std::size_t> ranks;
  for (const double share : shares) ranks.push_back(rank_of(share, range.count));
  if (range.count < few) {
    std::vector<double> finite;
    std::ranges::copy_if(values, std::back_inserter(finite), is_finite);
    for (std::size_t s = 0; s < ranks.size(); ++s) out[s] = nth(finite, ranks[s]);
    return out;
  }
  // Of values too far apart for a difference of doubles there is one part.
  const auto part_of = [low = range.low, scale = range.scale()](double v) {
    const double part = (v - low) * scale;
    return part < static_cast<double>(parts) ? static_cast<std::size_t>(part) : parts - 1;
  };
  std::vector<std::uint32_t> counts(2 * parts);  // two in turn: neighbours are often in the same part
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_finite(values[i])) ++counts[i % 2 * parts + part_of(values[i])];
  }
  for (std::size_t part = 0; part < parts; ++part) counts[part] += counts[parts + part];

  std::vector<std::uint8_t> wanted(parts);
  std::vector<std::size_t> part_of_rank;
  for (std::size_t& rank : ranks) {
    std::size_t part = 0;
    for (; rank >= counts[part]; ++part) rank -= counts[part];
    wanted[part] = 1;
    part_of_rank.push_back(part);
  }
  std::vector<std::pair<std::size_t, double>> inside;
  for (const double v : values) {
    if (!is_finite(v)) continue;
    const std::size_t part = part_of(v);
    if (wanted[part] != 0) inside.emplace_back(part, v);
  }
  std::vector<double> one;
  for (std::size_t s = 0; s < ranks.size(); ++s) {
    one.clear();
    for (const auto& [part, v] : inside) {
      if (part == part_of_rank[s]) one.push_back(v);
    }
    out[s] = nth(one, ranks[s]);
  }
  return out;
}

}  // namespace stook::sre
