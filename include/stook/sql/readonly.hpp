#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <stook/sql/fwd.hpp>
#include <stook/sql/query_result.hpp>

namespace stook::sqlite {

/// What a `readonly` shows and what one query may cost.
struct readonly_options {
  /// Tables and views that may be read, by name, in any case. Empty means all ordinary tables and views. A
  /// view grants nothing: the tables under it must be in the list too. Virtual tables cannot be listed.
  std::vector<std::string> tables{};
  std::chrono::milliseconds deadline{1'500};  ///< wall time of one query
  std::size_t rows = 500;                     ///< rows of one result
  std::size_t bytes = 64 * 1024;              ///< size of one result, as JSON text
  std::size_t cell_bytes = 4 * 1024;          ///< size of one text in a result
  std::int64_t heap_bytes =
      64 * 1024 * 1024;  ///< memory of one query; process-wide, see `readonly`; 0 = no limit
};

/// Runs SQL that nobody trusts, above all SQL that a model wrote, on a database that must not change.
/// ```
/// auto db = open_readonly("metrics.db", {.tables = {"logs", "metrics"}});
/// fmt::print("{}\n", to_json_text(db.select("SELECT count(*) FROM logs", 50)));
/// ```
/// A query is one statement that only reads, only the listed tables, only functions of a fixed list; it ends
/// by its deadline, and its memory and its output are capped. src/sql/lockdown.cpp lists the controls.
///
/// RAII: a handle; copies share one connection, which the last one closes.
/// Failure: opening throws `stook::error`. So does `select`, with a failure that is meant for the model:
///   sql_syntax, sql_empty, sql_multiple_statements, sql_denied, sql_timeout, sql_cancelled, sql_too_large,
///   sql_runtime, sql_busy, sql_failed.
///   Its texts name what the model wrote and never what stands in a row.
/// Thread safety: any thread; queries of one connection wait for each other. Open it twice to run two at
/// once.
///
/// Three limits of doing this inside the process. Only the heap limit ends a statement that explodes while
/// SQLite 3.40 prepares it; without one that can take minutes and gigabytes. SQLite has one heap limit for a
/// process: while a query runs it is what SQLite held before plus `heap_bytes`, and another connection that
/// allocates in the moment in which a hostile query has used it up gets SQLITE_NOMEM. And the deadline is
/// looked at between the instructions of SQLite's machine, of which a sort is one: a query that sorts all
/// that the heap limit admits can end a second late. Where that is too much, run `readonly` in a process of
/// its own.
class readonly {
 public:
  /// Runs `sql` and gives at most `rows` rows (never more than the options allow; absent = as they allow).
  /// A request to stop, from any thread, ends the query with sql_cancelled.
  query_result select(std::string_view sql, std::optional<std::size_t> rows = {},
                      std::stop_token stop = {}) const;

  /// One line for each table and view that may be read, with its columns and their types, for a prompt:
  /// "logs(id INTEGER, ts INTEGER, msg TEXT)".
  const std::string& schema_text() const noexcept;

 private:
  friend readonly open_readonly(const std::filesystem::path&, const readonly_options&);
  friend readonly snapshot_readonly(const database&, const readonly_options&);
  friend readonly lock_readonly(database&&, const readonly_options&);

  class box;
  readonly(database&& db, const readonly_options& options);

  std::shared_ptr<box> box_;
};

/// Opens a file. No symbolic links, no "file:" names. A database in WAL mode is refused unless a writer has
/// it open: to read a closed one, SQLite would create files beside it; hand in a copy made with VACUUM INTO.
readonly open_readonly(const std::filesystem::path& file, const readonly_options& options = {});

/// A copy in memory of what `db` holds now; `db` goes on as before and neither sees the other any more.
/// Costs the size of the database once more. `db` must not be in a transaction.
readonly snapshot_readonly(const database& db, const readonly_options& options = {});

/// Takes over an in-memory database that has been filled, without a copy, and locks it down for good.
/// No statement of it may be alive.
readonly lock_readonly(database&& db, const readonly_options& options = {});

}  // namespace stook::sqlite
