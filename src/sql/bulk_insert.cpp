#include <stook/sql/bulk_insert.hpp>

#include <fmt/format.h>

#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

constexpr std::size_t most_bound = 100;

std::string insert_text(std::string_view table, const std::vector<std::string_view>& columns,
                        std::size_t rows) {
  std::string names;
  std::string row;
  for (std::string_view column : columns) {
    names += names.empty() ? "" : ", ";
    names += quoted(column);
    row += row.empty() ? "(?" : ", ?";
  }
  row += ')';
  std::string sql = fmt::format("INSERT INTO {} ({}) VALUES {}", quoted(table), names, row);
  for (std::size_t i = 1; i < rows; ++i) sql += ", " + row;
  return sql;
}

const std::vector<std::string_view>& checked(const std::vector<std::string_view>& columns,
                                             std::string_view table) {
  if (columns.empty() || columns.size() > most_bound) {
    throw error{"sql_syntax", fmt::format("bulk_insert into {}: expected 1 to {} columns, got {}", table,
                                          most_bound, columns.size())};
  }
  return columns;
}

}  // namespace

bulk_insert::bulk_insert(database& db, std::string_view table,
                         std::initializer_list<std::string_view> columns)
    : bulk_insert(db, table, std::vector<std::string_view>(columns)) {}

bulk_insert::bulk_insert(database& db, std::string_view table, const std::vector<std::string_view>& columns)
    : table_(table),
      columns_(checked(columns, table).size()),
      one_(db.prepare(insert_text(table, columns, 1))),
      many_(db.prepare(insert_text(table, columns, rows_per_statement))) {
  cells_.reserve(columns_ * rows_per_statement);
}

void bulk_insert::bind(statement& into, std::size_t first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const cell& c = cells_[first + i];
    const int parameter = static_cast<int>(i + 1);
    switch (c.type) {
      case storage::integer:
        into.bind(parameter, c.integer);
        break;
      case storage::real:
        into.bind(parameter, c.real);
        break;
      case storage::text:
        into.bind_view(parameter, std::string_view{text_}.substr(c.offset, c.size));
        break;
      case storage::null:
      case storage::blob:
        into.bind(parameter, nullptr);
        break;
    }
  }
}

void bulk_insert::write() {
  const std::size_t rows = cells_.size() / columns_;
  if (rows == rows_per_statement) {
    bind(many_, 0, cells_.size());
    many_.run();
  } else {
    for (std::size_t row = 0; row < rows; ++row) {
      bind(one_, row * columns_, columns_);
      one_.run();
    }
  }
  written_ += rows;
}

void bulk_insert::flush() {
  const auto clear = [this] {
    cells_.clear();
    text_.clear();
  };
  try {
    write();
  } catch (...) {
    clear();
    throw;
  }
  clear();
}

void bulk_insert::finish() {
  if (const std::size_t loose = cells_.size() % columns_; loose != 0) refuse_row(loose);
  flush();
}

void bulk_insert::refuse_row(std::size_t cells) const {
  throw error{"sql_failed", fmt::format("bulk_insert into {}: expected {} cells in row {}, got {}", table_,
                                        columns_, rows() + 1, cells)};
}

}  // namespace stook::sqlite
