#pragma once

#include <cstdint>

namespace stook::sqlite {

/// Caps what SQLite may allocate while it lives: what it held when the first of the living caps came, plus
/// the sum of their bytes. 0 caps nothing. SQLite has one such limit for a process, so this reaches every
/// connection; the limits that the program had set come back with the end of the last cap. Any thread.
class heap_limit {
 public:
  explicit heap_limit(std::int64_t bytes);
  ~heap_limit();
  heap_limit(const heap_limit&) = delete;
  heap_limit& operator=(const heap_limit&) = delete;

 private:
  std::int64_t bytes_;
};

}  // namespace stook::sqlite
