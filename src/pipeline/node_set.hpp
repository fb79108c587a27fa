#pragma once

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace stook::detail {

/// A set of node numbers that is read in ascending order.
class node_set {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  explicit node_set(std::size_t size) : words_((size + 63) / 64, 0) {}

  void insert(std::uint32_t n) { words_[n / 64] |= bit(n); }
  void erase(std::uint32_t n) { words_[n / 64] &= ~bit(n); }

  std::uint32_t first() const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      if (words_[w] != 0) return number(w, words_[w]);
    }
    return none;
  }

  /// Empties the set and calls `visit` with each of its numbers.
  template <typename Visit>
  void drain(Visit visit) {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t word = std::exchange(words_[w], 0); word != 0; word &= word - 1)
        visit(number(w, word));
    }
  }

 private:
  static std::uint64_t bit(std::uint32_t n) { return std::uint64_t{1} << (n % 64); }
  static std::uint32_t number(std::size_t word, std::uint64_t bits) {
    return static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace stook::detail
