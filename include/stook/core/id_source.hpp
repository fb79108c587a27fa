#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace stook {

/// Makes identifiers: different in every run by default, the same every time from a seed. They tell runs and
/// calls apart and are no secrets. SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", OOPSLA 2014). Not thread-safe: one a run.
class id_source {
 public:
  /// Seeded from the operating system's random numbers, which a process reads once.
  id_source();
  explicit id_source(std::uint64_t seed) : state_(seed) {}

  /// `prefix` and 16 hexadecimal digits.
  std::string next(std::string_view prefix);
  /// A seed for the identifiers of a child.
  std::uint64_t fork() { return draw(); }

 private:
  std::uint64_t draw();

  std::uint64_t state_;
};

}  // namespace stook
