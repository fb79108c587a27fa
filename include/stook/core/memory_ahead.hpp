#pragma once

#include <cstddef>

namespace stook {

/// Asks the kernel for memory that is about to be written, many pages at once: that takes a third less than a
/// fault for each. For a program that fills hundreds of megabytes; a hint, without which all works the same.
/// ```
/// memory_ahead ahead;
/// column.reserve(rows);
/// ahead.get(column.data() + column.size(), 64 * 1024);  // and again when these are full
/// ```
/// Not thread-safe. Does nothing before Linux 5.14.
class memory_ahead {
 public:
  /// The memory of `bytes` bytes at `begin`, which so far may be address space alone. Whole pages only.
  void get(void* begin, std::size_t bytes);

  /// The same in a buffer of many megabytes. Asks for large pages, with which it can take a third as long,
  /// and more memory than asked for up to the end of the last. Where the kernel has to make room for them, or
  /// the host of a virtual machine has not given that memory yet, one may take longer than all the small
  /// pages in its place; so this ends when large pages have cost some milliseconds more than they have saved.
  void get_large(void* begin, std::size_t bytes, void* buffer, std::size_t buffer_bytes);

  /// Of x86-64 and, with pages of 4 KiB, of ARM. Where it is another, the kernel takes the advice as it can.
  static constexpr std::size_t large_page = std::size_t{2} * 1024 * 1024;

 private:
  double small_cost_ = 0;  // seconds of CPU for a byte in small pages; 0 if not known
  double credit_ = 0;      // what large pages have saved so far
};

}  // namespace stook
