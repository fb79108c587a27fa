#include "sql/page_image.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace stook::sqlite {
namespace {

constexpr std::size_t KiB = 1024, MiB = 1024 * KiB;
constexpr std::size_t large_page = memory_ahead::large_page;
/// Below the first of these the kernel gives pages one by one as they are written, so that small databases
/// take no more than they need; from the second on a large page more or less does not count.
constexpr std::size_t many_at_once_from = 4 * MiB, large_from = 16 * MiB;
constexpr std::size_t many = 256 * KiB;

/// Address space that begins at a multiple of a large page. Memory comes when it is written to.
unsigned char* map(std::size_t bytes) {
  void* const got =
      mmap(nullptr, bytes + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) throw std::bad_alloc();
  auto* const begin = static_cast<unsigned char*>(got);
  const std::size_t skipped =
      (large_page - reinterpret_cast<std::uintptr_t>(begin) % large_page) % large_page;
  if (skipped > 0) munmap(begin, skipped);
  munmap(begin + skipped + bytes, large_page - skipped);
  return begin + skipped;
}

/// Moves bytes into a mapping without copying them. Piece by piece: the kernel moves none that it was told
/// different things about.
void move(unsigned char* to, unsigned char* from, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += large_page) {
#ifdef MREMAP_FIXED
    if (mremap(from + at, large_page, large_page, MREMAP_MAYMOVE | MREMAP_FIXED, to + at) != MAP_FAILED)
      continue;
#endif
    std::memcpy(to + at, from + at, large_page);
    munmap(from + at, large_page);
  }
}

}  // namespace

page_image::~page_image() {
  if (bytes_ != nullptr) munmap(bytes_, capacity_);
}

void page_image::grow() {
  const std::size_t wanted = std::max(2 * capacity_, many_at_once_from);
  unsigned char* const to = map(wanted);
  if (bytes_ != nullptr) move(to, bytes_, capacity_);
  bytes_ = to;
  capacity_ = wanted;
}

void page_image::make_ready() {
  if (ready_ == capacity_) grow();
  if (ready_ < many_at_once_from) {
    ready_ = many_at_once_from;
  } else if (ready_ < large_from) {
    ahead_.get(bytes_ + ready_, many);
    ready_ += many;
  } else {
    ahead_.get_large(bytes_ + ready_, large_page, bytes_, capacity_);
    ready_ += large_page;
  }
}

}  // namespace stook::sqlite
