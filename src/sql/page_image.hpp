#pragma once

#include <cstddef>
#include <cstdint>

#include <stook/core/memory_ahead.hpp>

namespace stook::sqlite {

/// The bytes of a database as they stand in a file, page after page; pages count from 1. Memory of its own
/// and not SQLite's, which gives at most 2 GB at once. It asks the kernel for many pages at a time.
class page_image {
 public:
  explicit page_image(std::size_t page_size) : page_size_(page_size) {}
  ~page_image();
  page_image(const page_image&) = delete;
  page_image& operator=(const page_image&) = delete;

  std::size_t page_size() const { return page_size_; }
  std::size_t size() const { return size_; }
  std::uint32_t pages() const { return static_cast<std::uint32_t>(size_ / page_size_); }
  /// A page; valid until the next `append`.
  unsigned char* page(std::uint32_t number) { return bytes_ + (number - std::size_t{1}) * page_size_; }
  /// A new page at the end, all zero.
  std::uint32_t append() {
    if (size_ == ready_) make_ready();
    size_ += page_size_;
    return pages();
  }

 private:
  void grow();
  void make_ready();

  std::size_t page_size_;
  unsigned char* bytes_ = nullptr;
  std::size_t size_ = 0, ready_ = 0, capacity_ = 0;
  memory_ahead ahead_;
};

}  // namespace stook::sqlite
