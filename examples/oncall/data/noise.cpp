#include <oncall/data/noise.hpp>

#include <cmath>
#include <numbers>

namespace stook::sre {
namespace {

std::mt19937_64 seeded(std::uint64_t seed, std::uint32_t stream) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U), stream};
  return std::mt19937_64{sequence};
}

}  // namespace

noise::noise(std::uint64_t seed, std::uint32_t stream) : engine_(seeded(seed, stream)) {}

double noise::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace stook::sre
