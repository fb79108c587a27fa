#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include <stook/sql/fwd.hpp>
#include <stook/sql/statement.hpp>

namespace stook::sqlite {

/// How `database::open` opens a file.
struct open_options {
  bool create = true;                     ///< make the file if it is not there
  std::chrono::milliseconds busy{5'000};  ///< how long to wait for another connection's lock
};

/// A connection to a SQLite database that the program itself reads and writes. For SQL that a model wrote
/// see `readonly`.
///
/// RAII: closes in the destructor; statements that are still alive stay usable and close it in their turn.
/// Failure: every function throws `stook::error` with a code `sql_*`, SQLite's text, and the place in the
/// SQL. Thread safety: none; one thread at a time for a connection and all of its statements.
class database {
 public:
  /// A new, empty database in memory, seen by this connection only.
  static database memory();

  /// A file, to read and write. Names that SQLite would read as something else than a file ("", ":memory:",
  /// "file:...") are refused.
  static database open(const std::filesystem::path& file, const open_options& options = {});

  /// Takes over an open handle and closes it in the end.
  explicit database(sqlite3* handle) noexcept : handle_(handle) {}

  /// Runs one statement or a whole script, and drops the rows of any SELECT.
  void exec(std::string_view sql);

  /// Prepares exactly one statement; a second one behind it is an error.
  statement prepare(std::string_view sql);

  /// Makes `other` a copy of this database, page by page. No transaction may be open on either.
  void copy_to(database& other) const;

  /// Rows that the latest INSERT, UPDATE or DELETE changed.
  std::int64_t changes() const noexcept;

  std::int64_t last_insert_rowid() const noexcept;
  bool in_transaction() const noexcept;

  /// SQLite's own handle, for what this class leaves out. The connection keeps it.
  sqlite3* handle() const noexcept { return handle_.get(); }

 private:
  struct closer {
    void operator()(sqlite3* db) const noexcept;
  };

  std::unique_ptr<sqlite3, closer> handle_;
};

/// A transaction over a scope.
/// ```
/// transaction all_or_nothing{db};
/// db.exec("INSERT ...");
/// all_or_nothing.commit();
/// ```
/// RAII: begins in the constructor, rolls back in the destructor unless `commit` succeeded.
/// Failure: constructor and `commit` throw `stook::error`; the destructor never throws.
/// Thread safety: that of its database, which must outlive it.
class transaction {
 public:
  /// `BEGIN IMMEDIATE`: takes the write lock now, so a busy database is an error here and not half way.
  explicit transaction(database& db);
  ~transaction();
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  /// After a failed commit (a busy reader, a full disk) it may be called again.
  void commit();

 private:
  database& db_;
  bool open_ = true;
};

}  // namespace stook::sqlite
