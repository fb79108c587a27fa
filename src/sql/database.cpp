#include <fmt/format.h>
#include <sqlite3.h>

#include <stook/sql/database.hpp>

#include "sql/connection_mark.hpp"
#include "sql/file_name.hpp"
#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

constexpr std::string_view blanks = " \t\r\n\f;";

int length_of(std::string_view sql) {
  if (sql.size() > 1'000'000'000) {
    throw error{"sql_too_large", fmt::format("SQL of {} bytes; SQLite takes at most 10^9", sql.size())};
  }
  return static_cast<int>(sql.size());
}

}  // namespace

void database::closer::operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }

database database::memory() { return open_memory(); }

database database::open(const std::filesystem::path& file, const open_options& options) {
  const int create = options.create ? SQLITE_OPEN_CREATE : 0;
  database db = open_handle(checked_file_name(file), SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create);
  sqlite3_busy_timeout(db.handle(), static_cast<int>(options.busy.count()));
  return db;
}

void database::exec(std::string_view sql) {
  while (!sql.empty()) {
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    if (sqlite3_prepare_v2(handle(), sql.data(), length_of(sql), &prepared, &rest) != SQLITE_OK) {
      throw sqlite_error(handle(), sql);
    }
    if (prepared != nullptr) statement{prepared}.run();
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
  }
}

statement database::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(handle(), sql.data(), length_of(sql), &prepared, &rest) != SQLITE_OK) {
    throw sqlite_error(handle(), sql);
  }
  statement result{prepared};
  if (prepared == nullptr) throw error{"sql_empty", "expected one SQL statement, got none"};
  if (sql.find_first_not_of(blanks, static_cast<std::size_t>(rest - sql.data())) != std::string_view::npos) {
    throw error{"sql_multiple_statements", "expected one SQL statement, got more; for a script use exec()"};
  }
  return result;
}

void database::copy_to(database& other) const {
  sqlite3_backup* const copy = sqlite3_backup_init(other.handle(), "main", handle(), "main");
  if (copy == nullptr) throw sqlite_error(other.handle());
  unmark(other.handle(), sound_pages_mark);  // pages are copied as they are
  sqlite3_backup_step(copy, -1);
  if (sqlite3_backup_finish(copy) != SQLITE_OK) throw sqlite_error(other.handle());
}

std::int64_t database::changes() const noexcept { return sqlite3_changes64(handle()); }

std::int64_t database::last_insert_rowid() const noexcept { return sqlite3_last_insert_rowid(handle()); }

bool database::in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }

transaction::transaction(database& db) : db_(db) { db_.exec("BEGIN IMMEDIATE"); }

transaction::~transaction() {
  // Some errors (a full disk, no memory) make SQLite roll back by itself; then there is nothing left to do.
  if (open_ && db_.in_transaction()) sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void transaction::commit() {
  db_.exec("COMMIT");
  open_ = false;
}

}  // namespace stook::sqlite
