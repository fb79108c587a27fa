#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace stook {

/// Makes identifiers: unpredictable by default, the same every time from a seed. Not thread-safe: one a run.
class id_source {
 public:
  /// Seeded by the operating system.
  id_source();
  explicit id_source(std::uint64_t seed) : random_(seed) {}

  /// `prefix` and 16 hexadecimal digits.
  std::string next(std::string_view prefix);
  /// A seed for the identifiers of a child.
  std::uint64_t fork() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace stook
