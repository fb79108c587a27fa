#include <stook/sql/sorted_table.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>
#include <boost/endian/conversion.hpp>

#include "sql/connection_mark.hpp"
#include "sql/page_tree.hpp"
#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

constexpr std::size_t most_columns = 100;
constexpr std::size_t longest_row = 1'000'000'000;  // SQLite's own limit

// Places in the header of a database.
constexpr std::size_t page_size_at = 16, change_counter_at = 24, page_count_at = 28, valid_for_at = 92;

std::string_view sql_type(storage type) {
  switch (type) {
    case storage::integer:
      return "INTEGER";
    case storage::real:
      return "REAL";
    default:
      return "TEXT";
  }
}

/// The type of an integer in a record, and how many bytes it takes there.
struct integer_form {
  unsigned char type, size;
};
integer_form form_of(std::int64_t value) {
  if (value == 0 || value == 1) return {static_cast<unsigned char>(8 + value), 0};
  static constexpr unsigned char sizes[] = {1, 2, 3, 4, 6, 8};
  const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  unsigned char type = 0;
  while (type < 5 && magnitude >> (8U * sizes[type] - 1U) != 0) ++type;
  return {static_cast<unsigned char>(type + 1), sizes[type]};
}

constexpr std::uint64_t type_of_text(std::size_t bytes) { return 13 + 2 * std::uint64_t{bytes}; }

/// Most cells are short: a call of memcpy for each would take longer than the rest of them.
inline unsigned char* write(unsigned char* to, const void* from, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  const auto both_ends = [&](auto word) {
    auto last = word;
    std::memcpy(&word, bytes, sizeof word);
    std::memcpy(&last, bytes + size - sizeof last, sizeof last);
    std::memcpy(to, &word, sizeof word);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  };
  using sixteen = unsigned char __attribute__((vector_size(16)));
  if (size > 32) {
    std::memcpy(to, bytes, size);
  } else if (size >= 16) {
    both_ends(sixteen{});
  } else if (size >= 8) {
    both_ends(std::uint64_t{});
  } else if (size >= 4) {
    both_ends(std::uint32_t{});
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = bytes[i];
  }
  return to + size;
}
unsigned char* write(unsigned char* to, std::int64_t value, std::size_t size) {
  if (size == 8) {
    boost::endian::store_big_s64(to, value);
  } else {
    put_big_endian(to, static_cast<std::uint64_t>(value), size);
  }
  return to + size;
}

/// The pages belong to the connection from here on, which frees them when it has closed the database in them:
/// a collation is the one thing of a connection that brings a destructor and that no SQL has to see.
void hand_over(database& db, std::unique_ptr<page_image> image) {
  const auto compare = [](void*, int a_size, const void* a, int b_size, const void* b) {
    const int order = std::memcmp(a, b, static_cast<std::size_t>(std::min(a_size, b_size)));
    return order != 0 ? order : a_size - b_size;
  };
  const auto destroy = [](void* pages) { delete static_cast<page_image*>(pages); };
  page_image* const pages = image.get();
  if (sqlite3_create_collation_v2(db.handle(), "stook_pages", SQLITE_UTF8, pages, compare, destroy) !=
      SQLITE_OK)
    throw sqlite_error(db.handle());
  image.release();
  const auto size = static_cast<sqlite3_int64>(pages->size());
  if (sqlite3_deserialize(db.handle(), "main", pages->page(1), size, size, 0) != SQLITE_OK)
    throw sqlite_error(db.handle());
  // The pages are in memory: no cache needs a copy of them.
  db.exec(fmt::format("PRAGMA mmap_size = {}", size));
  mark(db.handle(), sound_pages_mark);
}

}  // namespace

class sorted_table::writer {
 public:
  writer(database db, std::string_view table, std::vector<sorted_column> columns)
      : db_(std::move(db)), table_(table), columns_(std::move(columns)) {
    check_columns();
    check_pages();
    create();
    copy_pages();
  }

  void add(std::span<const sorted_cell> cells) {
    if (cells.size() != columns_.size()) {
      throw error{"sql_failed", fmt::format("sorted_table {}: row {}: expected {} cells, got {}", table_,
                                            rowid_, columns_.size(), cells.size())};
    }
    const std::size_t values = write_types(cells);
    const std::size_t own = types_size_ + 1 < 0x80 ? 1 : 2;
    const std::size_t size = own + types_size_ + values;
    if (values > longest_row || size > longest_row) {
      throw error{"sql_too_large",
                  fmt::format("sorted_table {}: row {} has more than {} bytes", table_, rowid_, longest_row)};
    }
    const auto rowid = static_cast<std::uint64_t>(rowid_);
    if (unsigned char* const to = rows_->claim_row(rowid, size)) {
      write_record(to, own, cells);
    } else {
      long_row_.resize(size);
      write_record(long_row_.data(), own, cells);
      rows_->add_long_row(rowid, {reinterpret_cast<const char*>(long_row_.data()), size});
    }
    ++rowid_;
  }

  database finish() {
    rows_->finish();
    for (index& i : indexes_) i.tree.finish();
    unsigned char* const header = image_->page(1);
    put_big_endian(header + page_count_at, image_->pages(), 4);
    std::memcpy(header + valid_for_at, header + change_counter_at, 4);
    hand_over(db_, std::move(image_));
    return std::move(db_);
  }

 private:
  /// The index over a column, and its latest value.
  struct index {
    page_tree tree;
    std::int64_t last_integer = std::numeric_limits<std::int64_t>::min();
    std::string last_text{};
  };

  void check_columns() const {
    if (columns_.empty() || columns_.size() > most_columns) {
      throw error{"sql_syntax", fmt::format("sorted_table {}: expected 1 to {} columns, got {}", table_,
                                            most_columns, columns_.size())};
    }
    for (const sorted_column& c : columns_) {
      const bool known = c.type == storage::integer || c.type == storage::real || c.type == storage::text;
      if (!known || (c.indexed && (!c.required || c.type == storage::real))) {
        throw error{"sql_syntax",
                    fmt::format("sorted_table {}: column {}: expected an integer, a real or a text, "
                                "and for an index a required integer or text",
                                table_, c.name)};
      }
    }
  }

  /// Nobody looks at the pages again.
  void check_pages() {
    statement check = db_.prepare("PRAGMA quick_check(1)");
    if (!check.step() || check.text(0) != "ok")
      throw error{"sql_failed", fmt::format("sorted_table {}: the database it goes into is damaged", table_)};
  }

  std::string index_name(const sorted_column& c) const { return table_ + '_' + c.name; }

  void create() {
    std::string sql;
    for (const sorted_column& c : columns_) {
      sql += fmt::format("{}{} {}{}", sql.empty() ? "" : ", ", sqlite::quoted(c.name), sql_type(c.type),
                         c.required ? " NOT NULL" : "");
    }
    db_.exec(fmt::format("CREATE TABLE {}({})", sqlite::quoted(table_), sql));
    for (const sorted_column& c : columns_) {
      if (!c.indexed) continue;
      db_.exec(fmt::format("CREATE INDEX {} ON {}({})", sqlite::quoted(index_name(c)), sqlite::quoted(table_),
                           sqlite::quoted(c.name)));
    }
  }

  void copy_pages() {
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes{
        sqlite3_serialize(db_.handle(), "main", &size, 0), sqlite3_free};
    if (!bytes) throw error{"sql_failed", "the database cannot be copied: no memory"};
    const std::size_t page_size =
        std::size_t{bytes.get()[page_size_at]} << 8U | bytes.get()[page_size_at + 1];
    image_ = std::make_unique<page_image>(page_size);
    for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += page_size)
      std::memcpy(image_->page(image_->append()), bytes.get() + at, page_size);
    rows_ = std::make_unique<page_tree>(*image_, page_tree::kind::table, root_of(table_));
    for (const sorted_column& c : columns_) {
      if (c.indexed) indexes_.push_back({.tree{*image_, page_tree::kind::index, root_of(index_name(c))}});
    }
  }

  std::uint32_t root_of(const std::string& name) {
    statement find = db_.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?");
    find.bind_all(name);
    if (!find.step()) throw error{"sql_failed", fmt::format("sorted_table: {} was not created", name)};
    return static_cast<std::uint32_t>(find.integer(0));
  }

  /// The head of the record but for its own size, and the entries of the indexes. How many bytes the values
  /// take.
  std::size_t write_types(std::span<const sorted_cell> cells) {
    unsigned char* const types = types_.data();
    std::size_t end = 0;
    std::size_t values = 0;
    auto next_index = indexes_.begin();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const sorted_cell& c = cells[i];
      const sorted_column& column = columns_[i];
      if (c.type() == storage::null) {
        if (column.required) refuse(column, "a value");
        types[end++] = 0;
        continue;
      }
      if (c.type() != column.type) refuse(column, sql_type(column.type));
      if (column.type == storage::text) {
        end += put_varint(types + end, type_of_text(c.text().size()));
        values += c.text().size();
        if (column.indexed) add_entry(*next_index++, column, c.text());
      } else if (column.type == storage::integer) {
        const integer_form form = form_of(c.integer());
        types[end++] = form.type;
        values += form.size;
        if (column.indexed) add_entry(*next_index++, column, c.integer());
      } else {
        types[end++] = 7;
        values += 8;
      }
    }
    types_size_ = end;
    return values;
  }

  void write_record(unsigned char* to, std::size_t own, std::span<const sorted_cell> cells) const {
    to += put_varint(to, types_size_ + own);
    to = write(to, types_.data(), types_size_);
    for (const sorted_cell& c : cells) {
      if (c.type() == storage::text) {
        to = write(to, c.text().data(), c.text().size());
      } else if (c.type() == storage::real) {
        to = write(to, std::bit_cast<std::int64_t>(c.real()), 8);
      } else if (c.type() == storage::integer) {
        to = write(to, c.integer(), form_of(c.integer()).size);
      }
    }
  }

  void add_entry(index& into, const sorted_column& column, std::string_view value) {
    unsigned char type[9];
    const std::size_t type_size = put_varint(type, type_of_text(value.size()));
    unsigned char* const to = claim_entry(into, column, value, {type, type_size}, value.size());
    write(write(to, value.data(), value.size()), rowid_, form_of(rowid_).size);
  }
  void add_entry(index& into, const sorted_column& column, std::int64_t value) {
    const integer_form form = form_of(value);
    unsigned char* const to = claim_entry(into, column, value, {&form.type, 1}, form.size);
    write(write(to, value, form.size), rowid_, form_of(rowid_).size);
  }

  /// Where the value of an entry goes, and then its rowid: the head of the record is written.
  template <typename Value>
  unsigned char* claim_entry(index& into, const sorted_column& column, Value value,
                             std::span<const unsigned char> type, std::size_t value_size) {
    if (descends(into, value)) {
      throw error{"sql_failed",
                  fmt::format("sorted_table {}: row {}: {} is less than in the row before; sort "
                              "the rows by it",
                              table_, rowid_, column.name)};
    }
    const integer_form rowid = form_of(rowid_);
    const std::size_t head = 2 + type.size();
    const std::size_t size = head + value_size + rowid.size;
    if (size > into.tree.longest_entry()) {
      throw error{"sql_too_large", fmt::format("sorted_table {}: row {}: {} is too long for an index", table_,
                                               rowid_, column.name)};
    }
    unsigned char* to = into.tree.claim_entry(size);
    *to++ = static_cast<unsigned char>(head);
    to = write(to, type.data(), type.size());
    *to++ = rowid.type;
    return to;
  }

  static bool descends(index& into, std::int64_t value) {
    return value < std::exchange(into.last_integer, value);
  }
  static bool descends(index& into, std::string_view value) {
    if (value == into.last_text) return false;
    if (value < into.last_text) return true;
    into.last_text = value;
    return false;
  }

  [[noreturn]] void refuse(const sorted_column& column, std::string_view expected) const {
    throw error{"sql_failed", fmt::format("sorted_table {}: row {}, {}: expected {}", table_, rowid_,
                                          column.name, expected)};
  }

  database db_;
  std::string table_;
  std::vector<sorted_column> columns_;
  std::unique_ptr<page_image> image_;
  std::unique_ptr<page_tree> rows_;
  std::vector<index> indexes_;
  std::array<unsigned char, 9 * most_columns> types_{};  // of the row that is being added
  std::size_t types_size_ = 0;
  std::vector<unsigned char> long_row_;
  std::int64_t rowid_ = 1;
};

sorted_table::sorted_table(database db, std::string_view table, std::vector<sorted_column> columns)
    : writer_(std::make_unique<writer>(std::move(db), table, std::move(columns))) {}
sorted_table::~sorted_table() = default;

void sorted_table::add_row(std::span<const sorted_cell> cells) { writer_->add(cells); }
database sorted_table::finish() { return writer_->finish(); }

}  // namespace stook::sqlite
