#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace stook::sre {

/// Random numbers that are the same on every platform. The standard fixes what std::mt19937_64 and
/// std::seed_seq give, but not what its distributions do with it, so those are here.
class noise {
 public:
  /// Streams of one seed are independent.
  noise(std::uint64_t seed, std::uint32_t stream);

  std::uint64_t bits() { return engine_(); }
  /// In [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
  /// In [0, n).
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }
  /// Of mean 0 and variance 1. Takes two numbers from the engine at every call.
  /// Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958). Its last bits are the math
  /// library's: round before printing.
  double normal();

 private:
  std::mt19937_64 engine_;
};

}  // namespace stook::sre
