#include <stook/core/memory_ahead.hpp>

#include <algorithm>
#include <cstdint>
#include <ctime>

#include <sys/mman.h>
#include <unistd.h>

namespace stook {
namespace {

/// A loss that does not end it, in bytes of small pages: the piece in which a large page begins costs more
/// than its bytes, and a single page may come late.
constexpr double may_lose = 8 * memory_ahead::large_page;

double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::uintptr_t down(std::uintptr_t address, std::size_t unit) { return address / unit * unit; }
std::uintptr_t up(std::uintptr_t address, std::size_t unit) { return down(address + unit - 1, unit); }

/// The kernel answers advice that it does not know with an error, which changes nothing.
void advise([[maybe_unused]] std::uintptr_t begin, [[maybe_unused]] std::uintptr_t end,
            [[maybe_unused]] int advice) {
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}

struct range {
  std::uintptr_t begin, end;
};

/// The pages whose first byte is one of these.
range pages_of(const void* begin, std::size_t bytes) {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  return {up(first, page), down(first + bytes, page)};
}

/// The seconds of CPU that it took for each byte.
double populate([[maybe_unused]] const range& pages) {
#ifdef MADV_POPULATE_WRITE
  const double start = thread_seconds();
  advise(pages.begin, pages.end, MADV_POPULATE_WRITE);
  return (thread_seconds() - start) / static_cast<double>(pages.end - pages.begin);
#else
  return 0;
#endif
}

}  // namespace

void memory_ahead::get(void* begin, std::size_t bytes) {
  const range pages = pages_of(begin, bytes);
  if (pages.begin < pages.end) small_cost_ = populate(pages);
}

void memory_ahead::get_large(void* begin, std::size_t bytes, [[maybe_unused]] void* buffer,
                             [[maybe_unused]] std::size_t buffer_bytes) {
#ifdef MADV_HUGEPAGE
  const range pages = pages_of(begin, bytes);
  if (pages.begin < pages.end && small_cost_ > 0 && credit_ >= -small_cost_ * may_lose) {
    const range all = pages_of(buffer, buffer_bytes);
    advise(std::max(down(pages.begin, large_page), all.begin), std::min(up(pages.end, large_page), all.end),
           MADV_HUGEPAGE);
    credit_ += (small_cost_ - populate(pages)) * static_cast<double>(pages.end - pages.begin);
    return;
  }
#endif
  get(begin, bytes);
}

}  // namespace stook
