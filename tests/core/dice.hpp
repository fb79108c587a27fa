#pragma once

#include <cstdint>
#include <iterator>
#include <string>

namespace stook_test {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every platform.
class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1; the slight bias does not matter to tests.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }
  bool chance(unsigned percent) { return below(100) < percent; }

  template <typename Range>
  const auto& pick(const Range& range) {
    return range[below(std::size(range))];
  }

  /// Valid UTF-8 without NUL, from every class of code points.
  std::string text(std::size_t longest = 12) {
    std::string out;
    for (std::size_t n = below(longest + 1); n > 0; --n) append(out, code_point());
    return out;
  }

 private:
  char32_t code_point() {
    constexpr char32_t edges[] = {1,      8,      9,      10,     12,     13,     0x1f,    0x20,    0x22,
                                  0x2f,   0x5c,   0x7e,   0x7f,   0x80,   0x7ff,  0x800,   0x2028,  0x2029,
                                  0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f4a9, 0x10ffff};
    switch (below(5)) {
      case 0:
        return pick(edges);
      case 1:
        return static_cast<char32_t>(1 + below(0x7ff));
      case 2:
        return static_cast<char32_t>(0xe000 + below(0x2000));
      case 3:
        return static_cast<char32_t>(0x10000 + below(0x100000));
      default:
        return static_cast<char32_t>('a' + below(26));
    }
  }
  static void append(std::string& out, char32_t c) {
    const auto byte = [&](char32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
    if (c < 0x80) {
      byte(c);
    } else if (c < 0x800) {
      byte(0xc0 | (c >> 6));
      byte(0x80 | (c & 63));
    } else if (c < 0x10000) {
      byte(0xe0 | (c >> 12));
      byte(0x80 | ((c >> 6) & 63));
      byte(0x80 | (c & 63));
    } else {
      byte(0xf0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 63));
      byte(0x80 | ((c >> 6) & 63));
      byte(0x80 | (c & 63));
    }
  }

  std::uint64_t state_;
};

}  // namespace stook_test
