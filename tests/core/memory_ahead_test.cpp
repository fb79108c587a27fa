#include <stook/core/memory_ahead.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

using stook::memory_ahead;

namespace {

constexpr std::size_t MiB = 1024 * 1024;

/// How many of the pages from `begin` on are in memory.
std::size_t present(const void* begin, std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> flags((bytes + page - 1) / page);
  REQUIRE(mincore(const_cast<void*>(begin), bytes, flags.data()) == 0);
  std::size_t out = 0;
  for (const unsigned char flag : flags) out += flag & 1U;
  return out;
}

class mapping {
 public:
  explicit mapping(std::size_t bytes)
      : bytes_(bytes),
        begin_(static_cast<char*>(
            mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    REQUIRE(static_cast<void*>(begin_) != MAP_FAILED);
  }
  ~mapping() { munmap(begin_, bytes_); }
  mapping(const mapping&) = delete;
  mapping& operator=(const mapping&) = delete;
  char* begin() const { return begin_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  char* begin_;
};

/// A kernel that cannot, leaves it.
bool kernel_can() {
#ifdef MADV_POPULATE_WRITE
  const mapping probe{MiB};
  return madvise(probe.begin(), MiB, MADV_POPULATE_WRITE) == 0;
#else
  return false;
#endif
}

}  // namespace

TEST_CASE("the pages that were asked for are there, and no others") {
  if (!kernel_can()) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const mapping memory{MiB};
  memory_ahead ahead;
  ahead.get(memory.begin() + 1, 10 * page);  // from the second page to where the eleventh begins
  CHECK(present(memory.begin(), page) == 0);
  CHECK(present(memory.begin() + page, 9 * page) == 9);
  CHECK(present(memory.begin() + 10 * page, memory.bytes() - 10 * page) == 0);
  ahead.get(memory.begin() + 20 * page + 1, page / 2);  // no whole page
  CHECK(present(memory.begin() + 10 * page, memory.bytes() - 10 * page) == 0);
}

TEST_CASE("what was written stays, whatever is asked for around it, and nothing is there behind a buffer") {
  const mapping memory{16 * MiB};
  const std::size_t used = 11 * MiB + 123;
  memory_ahead ahead;
  for (std::size_t i = 0; i < MiB; ++i) memory.begin()[i] = static_cast<char>(i % 101);
  ahead.get(memory.begin() + MiB / 2, MiB);
  for (std::size_t at = MiB; at < used; at += MiB)
    ahead.get_large(memory.begin() + at, std::min(MiB, used - at), memory.begin(), used);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < MiB; ++i) wrong += memory.begin()[i] != static_cast<char>(i % 101);
  for (std::size_t i = MiB; i < used; ++i) wrong += memory.begin()[i] != 0;
  CHECK(wrong == 0);
  CHECK(present(memory.begin() + 12 * MiB, 4 * MiB) == 0);
  if (!kernel_can()) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  CHECK(present(memory.begin(), 11 * MiB) == 11 * MiB / page);
}
