#include "sql/file_name.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "sql/connection_mark.hpp"
#include "sql/memory_files.hpp"
#include "sql/sqlite_error.hpp"
#include "sql/visible_text.hpp"

namespace stook::sqlite {

std::string checked_file_name(const std::filesystem::path& file) {
  std::string name = file.string();
  if (name.empty() || name.front() == ':' || name.starts_with("file:") ||
      name.find('\0') != std::string::npos) {
    throw error{failure{.code = "sql_open",
                        .message = fmt::format("expected the path of a database file, got \"{}\"",
                                               visible_text(name, 200).text),
                        .hint = "write ./name for a file whose name starts with ':' or 'file:'"}};
  }
  return name;
}

namespace {

database open_with(const std::string& name, int flags, const char* file_system) {
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &handle, flags, file_system);
  database db{handle};  // SQLite gives a handle for most failures too, and it must be closed
  if (result != SQLITE_OK) {
    throw error{"sql_open", fmt::format("cannot open the database \"{}\": {}", visible_text(name, 200).text,
                                        handle ? sqlite3_errmsg(handle) : sqlite3_errstr(result))};
  }
  sqlite3_extended_result_codes(handle, 1);
  return db;
}

}  // namespace

database open_handle(const std::string& name, int flags) { return open_with(name, flags, nullptr); }

database open_memory() {
  database db =
      open_with(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, memory_files());
  mark(db.handle(), memory_files_mark);
  return db;
}

}  // namespace stook::sqlite
