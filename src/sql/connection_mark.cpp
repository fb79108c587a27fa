#include "sql/connection_mark.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

int compare_bytes(void*, int a_size, const void* a, int b_size, const void* b) {
  const int order = std::memcmp(a, b, static_cast<std::size_t>(std::min(a_size, b_size)));
  return order != 0 ? order : a_size - b_size;
}

void set(sqlite3* db, const char* name, int (*compare)(void*, int, const void*, int, const void*)) {
  if (sqlite3_create_collation_v2(db, name, SQLITE_UTF8, nullptr, compare, nullptr) != SQLITE_OK)
    throw sqlite_error(db);
}

}  // namespace

void mark(sqlite3* db, const char* name) { set(db, name, compare_bytes); }

void unmark(sqlite3* db, const char* name) {
  if (has_mark(db, name)) set(db, name, nullptr);
}

bool has_mark(sqlite3* db, const char* name) {
  sqlite3_stmt* asks = nullptr;
  const int code =
      sqlite3_prepare_v2(db, fmt::format("SELECT '' = '' COLLATE {}", name).c_str(), -1, &asks, nullptr);
  sqlite3_finalize(asks);
  return code == SQLITE_OK;
}

}  // namespace stook::sqlite
