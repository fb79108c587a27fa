#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <utility>
#include <vector>

namespace stook::detail {

/// A set of node numbers that is read in ascending order. Allocates when the first one comes.
class node_set {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  node_set(std::size_t size, std::pmr::memory_resource* memory) : size_((size + 63) / 64), words_(memory) {}

  void insert(std::uint32_t n) {
    if (words_.empty()) words_.resize(size_, 0);
    words_[n / 64] |= std::uint64_t{1} << (n % 64);
    begin_ = std::min<std::size_t>(begin_, n / 64);
    end_ = std::max<std::size_t>(end_, n / 64 + 1);
  }
  void erase(std::uint32_t n) {
    if (!words_.empty()) words_[n / 64] &= ~(std::uint64_t{1} << (n % 64));
  }

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
      for (std::uint64_t word = std::exchange(words_[w], 0); word != 0; word &= word - 1)
        visit(number(w, word));
    }
    begin_ = size_;
    end_ = 0;
  }

 private:
  static std::uint32_t number(std::size_t word, std::uint64_t bits) {
    return static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  std::size_t size_;
  std::size_t begin_ = size_, end_ = 0;  // words outside are 0
  std::pmr::vector<std::uint64_t> words_;
};

}  // namespace stook::detail
