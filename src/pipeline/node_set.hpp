#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace stook::detail {

/// A set of node numbers that is read in ascending order.
class node_set {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  using word = std::uint64_t;
  static constexpr std::size_t words_for(std::size_t size) { return (size + 63) / 64; }

  node_set() = default;
  /// `words` are 0, `words_for` the size of the graph, and outlive the set.
  explicit node_set(std::span<word> words) : begin_(words.size()), words_(words) {}

  void insert(std::uint32_t n) {
    words_[n / 64] |= word{1} << (n % 64);
    begin_ = std::min<std::size_t>(begin_, n / 64);
    end_ = std::max<std::size_t>(end_, n / 64 + 1);
  }
  void erase(std::uint32_t n) { words_[n / 64] &= ~(word{1} << (n % 64)); }

  std::uint32_t first() const {
    for (std::size_t w = begin_; w < end_; ++w) {
      if (words_[w] != 0) return number(w, words_[w]);
    }
    return none;
  }

  /// Empties the set and calls `visit` with each of its numbers. `visit` adds none.
  template <typename Visit>
  void drain(Visit visit) {
    for (std::size_t w = begin_; w < end_; ++w) {
      for (word left = std::exchange(words_[w], 0); left != 0; left &= left - 1) visit(number(w, left));
    }
    begin_ = words_.size();
    end_ = 0;
  }

 private:
  static std::uint32_t number(std::size_t at, word bits) {
    return static_cast<std::uint32_t>(at * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  std::size_t begin_ = 0, end_ = 0;  // words outside are 0
  std::span<word> words_;
};

}  // namespace stook::detail
