#pragma once

#include <cstddef>

namespace stook::models {

/// How much of a reply may be kept. A stream spends hundreds of bytes on each word, so that the bytes that
/// arrive say little of it.
class byte_budget {
 public:
  explicit byte_budget(std::size_t most) : most_(most) {}

  /// Throws `model_error` with model.too_large where it is more than there was.
  void spend(std::size_t bytes);

 private:
  std::size_t most_;
  std::size_t spent_ = 0;
};

}  // namespace stook::models
