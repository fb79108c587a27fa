#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <stook/sql/database.hpp>
#include <stook/sql/statement.hpp>

namespace stook::sqlite {

struct sorted_column {
  std::string name;
  storage type = storage::text;  ///< integer, real or text
  bool required = false;         ///< NOT NULL
  bool indexed = false;          ///< gets an index; then it must be required, and no real
};

/// A cell of a row: nothing, an integer, a real or a text, of which it is a view. NaN is nothing.
class sorted_cell {
 public:
  sorted_cell() = default;
  sorted_cell(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): as are all of these
  sorted_cell(double value) : type_(value == value ? storage::real : storage::null), real_(value) {}
  template <std::integral Integer>
    requires(sizeof(Integer) < sizeof(std::int64_t) ||
             (sizeof(Integer) == sizeof(std::int64_t) && std::signed_integral<Integer>))
  sorted_cell(Integer value) : type_(storage::integer), integer_(static_cast<std::int64_t>(value)) {}
  sorted_cell(std::string_view text) : type_(storage::text), bytes_(text.data()), size_(text.size()) {}
  sorted_cell(const std::string& text) : sorted_cell(std::string_view{text}) {}
  sorted_cell(const char* text) : sorted_cell(std::string_view{text}) {}

  storage type() const { return type_; }
  // Of its type only.
  std::int64_t integer() const { return integer_; }
  double real() const { return real_; }
  std::string_view text() const { return {bytes_, size_}; }

 private:
  storage type_ = storage::null;
  const char* bytes_ = nullptr;
  union {
    std::int64_t integer_;
    double real_;
    std::size_t size_ = 0;
  };
};

/// Adds a table of many rows and its indexes to a database in memory, in about a fifth of the time that
/// `bulk_insert` and `CREATE INDEX` take: SQLite creates the table, then its pages are written as they stand
/// in a file (https://sqlite.org/fileformat2.html), and SQLite goes on with them.
/// ```
/// sorted_table logs{std::move(db), "logs", columns};
/// for (const line& l : lines) logs.add(l.ts, l.msg);
/// db = logs.finish();
/// ```
/// Each indexed column must not descend from row to row, by value or as bytes: only then are the entries of
/// its index in order. Rows get the rowids 1, 2, 3, ... The database that `finish` gives can be read and
/// changed, but it cannot grow, so this comes last.
///
/// Failure: throws `stook::error`, then the database is lost. Not thread-safe.
class sorted_table {
 public:
  /// Between 1 and 100 columns. No statement or transaction may be open.
  sorted_table(database db, std::string_view table, std::vector<sorted_column> columns);
  ~sorted_table();
  sorted_table(const sorted_table&) = delete;
  sorted_table& operator=(const sorted_table&) = delete;

  /// One row, its cells in the order of the columns, each of its column's type or nothing.
  template <typename... Cells>
  void add(const Cells&... cells) {
    const std::array<sorted_cell, sizeof...(Cells)> row{sorted_cell{cells}...};
    add_row(row);
  }
  void add_row(std::span<const sorted_cell> cells);

  /// The database with the rows. Call it once, after the last row.
  database finish();

 private:
  class writer;
  std::unique_ptr<writer> writer_;
};

}  // namespace stook::sqlite
