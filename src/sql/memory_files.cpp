#include "sql/memory_files.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include <stook/core/error.hpp>

#include "sql/connection_mark.hpp"

namespace stook::sqlite {
namespace {

/// SQLite makes and ends it in memory of its own.
struct memory_file {
  sqlite3_file base;  // first, for SQLite knows no other part
  unsigned char* bytes;
  sqlite3_int64 size, capacity;
};

memory_file& of(sqlite3_file* file) { return *reinterpret_cast<memory_file*>(file); }

int close_file(sqlite3_file* file) {
  sqlite3_free(of(file).bytes);
  of(file).bytes = nullptr;
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* to, int count, sqlite3_int64 from) {
  const memory_file& f = of(file);
  const sqlite3_int64 there = std::clamp<sqlite3_int64>(f.size - from, 0, count);
  if (there > 0) std::memcpy(to, f.bytes + from, static_cast<std::size_t>(there));
  if (there == count) return SQLITE_OK;
  std::memset(static_cast<unsigned char*>(to) + there, 0, static_cast<std::size_t>(count - there));
  return SQLITE_IOERR_SHORT_READ;
}

int grow(memory_file& f, sqlite3_int64 size) {
  if (size <= f.capacity) return SQLITE_OK;
  const sqlite3_int64 wanted = std::max(size, f.capacity + f.capacity / 2 + 64 * 1024);
  void* const grown = sqlite3_realloc64(f.bytes, static_cast<sqlite3_uint64>(wanted));
  if (grown == nullptr) return SQLITE_IOERR_NOMEM;
  f.bytes = static_cast<unsigned char*>(grown);
  f.capacity = wanted;
  return SQLITE_OK;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 to) {
  memory_file& f = of(file);
  if (const int failed = grow(f, to + count); failed != SQLITE_OK) return failed;
  if (to > f.size) std::memset(f.bytes + f.size, 0, static_cast<std::size_t>(to - f.size));
  std::memcpy(f.bytes + to, from, static_cast<std::size_t>(count));
  f.size = std::max(f.size, to + count);
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  of(file).size = std::min(of(file).size, size);
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = of(file).size;
  return SQLITE_OK;
}

int none(sqlite3_file*, int) { return SQLITE_OK; }
int no_reserved_lock(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int no_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int no_characteristics(sqlite3_file*) { return 0; }

constexpr sqlite3_io_methods methods{
    .iVersion = 1,  // no shared memory and no mapping
    .xClose = close_file,
    .xRead = read,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = none,
    .xFileSize = file_size,
    .xLock = none,
    .xUnlock = none,
    .xCheckReservedLock = no_reserved_lock,
    .xFileControl = no_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = no_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

struct file_system {
  file_system() : usual(sqlite3_vfs_find(nullptr)) {
    if (usual == nullptr) throw error{"sql_open", "this SQLite has no file system"};
    own = *usual;  // its functions find what they need in the copy
    own.pNext = nullptr;
    own.zName = memory_files_mark;
    own.szOsFile = std::max(own.szOsFile, static_cast<int>(sizeof(memory_file)));
    own.xOpen = open;
    if (sqlite3_vfs_register(&own, 0) != SQLITE_OK)
      throw error{"sql_open", "SQLite refuses a file system of memory"};
  }

  static int open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* given) noexcept;

  sqlite3_vfs* usual;
  sqlite3_vfs own{};
};

file_system& all() {
  static file_system made;
  return made;
}

/// A file without a name is one that SQLite wants for itself.
int file_system::open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags,
                      int* given) noexcept {
  if (name != nullptr) return all().usual->xOpen(self, name, file, flags, given);
  of(file) = {.base = {.pMethods = &methods}, .bytes = nullptr, .size = 0, .capacity = 0};
  if (given != nullptr) *given = flags;
  return SQLITE_OK;
}

}  // namespace

const char* memory_files() { return all().own.zName; }

}  // namespace stook::sqlite
