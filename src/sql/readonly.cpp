#include <stook/sql/readonly.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <new>
#include <utility>

#include <stook/sql/database.hpp>

#include "sql/cell_json.hpp"
#include "sql/file_name.hpp"
#include "sql/heap_limit.hpp"
#include "sql/lockdown.hpp"
#include "sql/sqlite_error.hpp"
#include "sql/visible_text.hpp"
#include "sql/watch.hpp"

namespace stook::sqlite {
namespace {

/// Instructions of SQLite's machine between two looks at the clock: some tens of microseconds.
constexpr int instructions_per_check = 250;
constexpr std::size_t column_name_bytes = 128;
constexpr std::size_t blob_bytes = 64;

struct finalizer {
  void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};
using statement_handle = std::unique_ptr<sqlite3_stmt, finalizer>;

/// Whether only blanks, semicolons and comments are left.
bool nothing_in(std::string_view sql) {
  while (!sql.empty()) {
    if (sql.starts_with("--")) {
      sql.remove_prefix(std::min(sql.find('\n'), sql.size()));
    } else if (sql.starts_with("/*")) {
      const std::size_t end = sql.find("*/", 2);
      sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 2);
    } else if (std::string_view{" \t\r\n\f;"}.find(sql.front()) != std::string_view::npos) {
      sql.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

/// Whether the header of a database says WAL mode (file format, offsets 18 and 19).
bool is_wal(const unsigned char* header, std::int64_t size) { return size >= 20 && header[18] == 2; }

bool is_closed_wal(const std::filesystem::path& file) {
  char header[20] = {};
  std::ifstream in{file, std::ios::binary};
  in.read(header, sizeof header);
  std::filesystem::path shared_memory = file;
  shared_memory += "-shm";
  return is_wal(reinterpret_cast<const unsigned char*>(header), in.gcount()) && !exists(shared_memory);
}

/// The message of a failed step up to its first quotation mark: behind it stands text from a row, as in
/// "JSON path error near '...'", and that could speak to the model.
std::string without_data(std::string_view message) {
  const std::size_t quote = message.find_first_of("'\"");
  if (quote == std::string_view::npos) return visible_text(message, 200).text;
  return visible_text(message.substr(0, quote), 200).text + "[text of a row, left out]";
}

}  // namespace

/// The connection, and what the callbacks of SQLite need to know of the query that runs on it.
class readonly::box {
 public:
  box(database&& db, const readonly_options& options)
      : options_(options),
        db_(locked(std::move(db), watch_, options.heap_bytes)),
        rules_(db_, options.tables) {
    sqlite3_set_authorizer(db_.handle(), authorize, this);
    sqlite3_progress_handler(db_.handle(), instructions_per_check, progress, this);
  }

  query_result select(std::string_view sql, std::optional<std::size_t> rows, std::stop_token stop);
  const std::string& schema_text() const noexcept { return rules_.schema_text(); }

 private:
  static database locked(database db, watch& over_queries, std::int64_t heap_bytes) {
    lock_down(db, over_queries, heap_bytes);
    return db;
  }

  statement_handle prepare(std::string_view sql);
  query_result fetch(sqlite3_stmt* statement, std::size_t rows);
  cell read(sqlite3_stmt* statement, int column, query_result& into) const;
  error why(std::string_view sql, bool running) const;

  static int progress(void* self) noexcept;
  static int authorize(void* self, int action, const char* first, const char* second, const char* schema,
                       const char* view) noexcept;

  readonly_options options_;
  std::mutex one_query_;

  // Of the running query:
  watch watch_;
  std::string denied_, denied_hint_;

  database db_;  // calls back into the members above until it is closed
  access_rules rules_;
};

int readonly::box::progress(void* self) noexcept { return static_cast<box*>(self)->watch_.over(); }

int readonly::box::authorize(void* self, int action, const char* first, const char* second,
                             const char* schema, const char*) noexcept {
  box& b = *static_cast<box*>(self);
  try {
    // While SQLite prepares a statement, nobody else looks at the clock.
    if (b.watch_.over()) return SQLITE_DENY;
    switch (action) {
      case SQLITE_SELECT:
      case SQLITE_RECURSIVE:
        return SQLITE_OK;
      case SQLITE_READ:
        if (b.rules_.may_read(first, schema)) return SQLITE_OK;
        break;
      case SQLITE_FUNCTION:
        if (access_rules::may_call(second)) return SQLITE_OK;
        break;
      default:
        break;
    }
    if (b.denied_.empty()) {
      b.denied_ = describe_action(action, first, second);
      b.denied_hint_ = action == SQLITE_FUNCTION
                           ? "use SQLite's functions for numbers, text, dates, JSON, and aggregates"
                           : "write one SELECT over: " + b.rules_.names();
    }
  } catch (...) {
    // No memory for a name: refusing needs none.
  }
  return SQLITE_DENY;
}

error readonly::box::why(std::string_view sql, bool running) const {
  const int code = sqlite3_errcode(db_.handle());
  if (watch_.stopped()) return {"sql_cancelled", "the query was cancelled"};
  if (watch_.late()) {
    return error{failure{
        .code = "sql_timeout",
        .message = fmt::format("the query did not end within {} ms", options_.deadline.count()),
        .hint = "narrow the time range or aggregate; avoid joins without an equality on indexed columns"}};
  }
  if (!denied_.empty()) {
    return error{failure{
        .code = "sql_denied", .message = fmt::format("{} is not available", denied_), .hint = denied_hint_}};
  }
  switch (code) {
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return error{failure{.code = "sql_too_large",
                           .message = "the query, a text in it or its intermediate result is too large",
                           .hint = "aggregate, select fewer columns, or shorten texts with substr()"}};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error{failure{"sql_busy", "the database is being written; try again", {}, true}};
    case SQLITE_ERROR:
      break;
    default:
      return {"sql_failed", fmt::format("the database failed: {}", sqlite3_errstr(code))};
  }
  if (running) return {"sql_runtime", without_data(sqlite3_errmsg(db_.handle()))};
  return error{failure{
      .code = "sql_syntax",
      .message = describe_error(db_.handle(), sql),
      .hint = fmt::format("this is SQLite; text stands in 'single quotes'; there are: {}", rules_.names())}};
}

statement_handle readonly::box::prepare(std::string_view sql) {
  if (sql.size() > longest_sql) {
    throw error{"sql_too_large",
                fmt::format("expected at most {} bytes of SQL, got {}", longest_sql, sql.size())};
  }
  if (sql.find('\0') != std::string_view::npos) throw error{"sql_syntax", "the SQL contains a NUL byte"};
  if (nothing_in(sql)) throw error{"sql_empty", "expected one SELECT, got nothing to run"};

  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(db_.handle(), sql.data(), static_cast<int>(sql.size()), 0, &prepared, &rest);
  statement_handle statement{prepared};
  if (code != SQLITE_OK) throw why(sql, false);
  if (!statement || !nothing_in(sql.substr(static_cast<std::size_t>(rest - sql.data())))) {
    throw error{"sql_multiple_statements", "expected one SELECT, got more than one statement"};
  }
  if (!sqlite3_stmt_readonly(statement.get()))
    throw error{"sql_denied", "a statement that writes is not available"};
  if (sqlite3_bind_parameter_count(statement.get()) > 0) {
    throw error{"sql_syntax", "the SQL has parameters (?, :name, @name, $name); write the values themselves"};
  }
  return statement;
}

cell readonly::box::read(sqlite3_stmt* statement, int column, query_result& into) const {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      if (text == nullptr) throw std::bad_alloc{};
      shown_text shown = visible_text(
          {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))}, options_.cell_bytes);
      into.cut_cells += shown.cut;
      return std::move(shown.text);
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      std::string text = "x'";
      for (std::size_t i = 0; i < std::min(size, blob_bytes); ++i) text += fmt::format("{:02X}", bytes[i]);
      into.cut_cells += size > blob_bytes;
      return text += size > blob_bytes ? "…" : "'";
    }
    default:
      return std::monostate{};
  }
}

query_result readonly::box::fetch(sqlite3_stmt* statement, std::size_t rows) {
  query_result result;
  std::string as_text;  // of the row at hand, to know its size
  std::size_t bytes = 0;
  const int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement, i);
    result.columns.push_back(visible_text(name != nullptr ? name : "", column_name_bytes).text);
    bytes += result.columns.back().size() + 3;
  }
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return result;
    if (result.rows.size() == rows) {
      // There is one more; or looking for it failed, and then there may be.
      result.truncated = true;
      return result;
    }
    // Between rows SQLite runs too few instructions to ask the progress handler.
    if (code != SQLITE_ROW || watch_.over()) throw why({}, true);

    std::vector<cell> row;
    as_text.clear();
    const std::size_t cut_before = result.cut_cells;
    for (int i = 0; i < columns; ++i) {
      row.push_back(read(statement, i, result));
      write_json(as_text, row.back());
      as_text += ',';
    }
    bytes += as_text.size() + 2;
    if (bytes > options_.bytes) {
      result.truncated = true;
      result.cut_cells = cut_before;
      return result;
    }
    result.rows.push_back(std::move(row));
  }
}

query_result readonly::box::select(std::string_view sql, std::optional<std::size_t> rows,
                                   std::stop_token stop) {
  const std::scoped_lock lock{one_query_};
  const auto start = watch::clock::now();
  watch_.start(start + options_.deadline, std::move(stop));
  denied_.clear();

  const heap_limit cap{options_.heap_bytes};
  const statement_handle statement = prepare(sql);
  query_result result =
      fetch(statement.get(), std::clamp<std::size_t>(rows.value_or(options_.rows), 1, options_.rows));
  result.took = std::chrono::duration_cast<std::chrono::microseconds>(watch::clock::now() - start);
  return result;
}

readonly::readonly(database&& db, const readonly_options& options)
    : box_(std::make_shared<box>(std::move(db), options)) {}

query_result readonly::select(std::string_view sql, std::optional<std::size_t> rows,
                              std::stop_token stop) const {
  return box_->select(sql, rows, std::move(stop));
}

const std::string& readonly::schema_text() const noexcept { return box_->schema_text(); }

readonly open_readonly(const std::filesystem::path& file, const readonly_options& options) {
  const std::string name = checked_file_name(file);
  if (is_closed_wal(file)) {
    throw error{failure{
        .code = "sql_open",
        .message = fmt::format("the database \"{}\" is in WAL mode and no writer has it open: reading "
                               "it would create files beside it",
                               visible_text(name, 200).text),
        .hint = "open a copy made with VACUUM INTO, or set PRAGMA journal_mode=DELETE"}};
  }
  database db = open_handle(
      name, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX);
  sqlite3_busy_timeout(db.handle(), static_cast<int>(options.deadline.count() / 2));
  return readonly{std::move(db), options};
}

readonly snapshot_readonly(const database& db, const readonly_options& options) {
  if (db.in_transaction()) throw error{"sql_open", "a snapshot needs a database without an open transaction"};
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(db.handle(), "main", &size, 0);
  if (bytes == nullptr) throw error{"sql_open", "the database cannot be copied: no memory"};
  if (is_wal(bytes, size)) bytes[18] = bytes[19] = 1;  // a database in memory cannot be in WAL mode

  database copy = open_memory();
  // SQLite frees the bytes, and also if this fails.
  if (sqlite3_deserialize(copy.handle(), "main", bytes, size, size,
                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
    throw sqlite_error(copy.handle());
  }
  return readonly{std::move(copy), options};
}

readonly lock_readonly(database&& db, const readonly_options& options) {
  sqlite3_int64 size = 0;
  const bool pages_in_memory =
      sqlite3_serialize(db.handle(), "main", &size, SQLITE_SERIALIZE_NOCOPY) != nullptr;
  if (!pages_in_memory && *sqlite3_db_filename(db.handle(), "main") != '\0') {
    throw error{"sql_open", "expected a database in memory; to read a file use open_readonly()"};
  }
  if (db.in_transaction() || sqlite3_next_stmt(db.handle(), nullptr) != nullptr) {
    throw error{"sql_open", "expected a database without an open transaction or statement"};
  }
  return readonly{std::move(db), options};
}

}  // namespace stook::sqlite
