#include "sql/heap_limit.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <mutex>

namespace stook::sqlite {
namespace {

/// The books of a limit that belongs to the process, so they do too.
struct ledger {
  std::mutex mutex;
  int caps = 0;
  std::int64_t held = 0;     // by SQLite when the first cap came
  std::int64_t granted = 0;  // the sum of the caps
  std::int64_t program_hard = 0, program_soft = 0;

  void apply() const {
    const std::int64_t limit = held + granted;
    sqlite3_hard_heap_limit64(program_hard > 0 ? std::min(program_hard, limit) : limit);
  }
};

ledger& process_ledger() {
  static ledger books;
  return books;
}

}  // namespace

heap_limit::heap_limit(std::int64_t bytes) : bytes_(bytes) {
  if (bytes_ <= 0) return;
  ledger& books = process_ledger();
  const std::scoped_lock lock{books.mutex};
  if (books.caps++ == 0) {
    books.held = sqlite3_memory_used();
    books.program_hard = sqlite3_hard_heap_limit64(-1);
    books.program_soft = sqlite3_soft_heap_limit64(-1);
  }
  books.granted += bytes_;
  books.apply();
}

heap_limit::~heap_limit() {
  if (bytes_ <= 0) return;
  ledger& books = process_ledger();
  const std::scoped_lock lock{books.mutex};
  books.granted -= bytes_;
  if (--books.caps > 0) {
    books.apply();
    return;
  }
  sqlite3_hard_heap_limit64(books.program_hard);
  sqlite3_soft_heap_limit64(books.program_soft);  // which the hard limit pulls down
}

}  // namespace stook::sqlite
