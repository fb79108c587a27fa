#include <stook/sql/sorted_table.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

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

/// A record: the size of its head and the types of its values, then the values.
class record {
 public:
  void clear() {
    types_size_ = 0;
    end_ = most_head;
  }

  void add_null() { add_type(0); }
  void add(double value) {
    add_type(7);
    put_big_endian(room_for(8), std::bit_cast<std::uint64_t>(value), 8);
  }
  void add(std::string_view text) {
    add_type(13 + 2 * std::uint64_t{text.size()});
    copy(room_for(text.size()), text);
  }
  void add(std::int64_t value) {
    if (value == 0 || value == 1) return add_type(8 + static_cast<std::uint64_t>(value));
    static constexpr std::size_t sizes[] = {1, 2, 3, 4, 6, 8};
    const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
    std::size_t type = 0;
    while (type < 5 && magnitude >> (8 * sizes[type] - 1) != 0) ++type;
    add_type(type + 1);
    put_big_endian(room_for(sizes[type]), static_cast<std::uint64_t>(value), sizes[type]);
  }

  std::size_t size() const { return end_; }

  /// The whole of it; valid until the next call.
  std::string_view text() {
    const std::size_t own = types_size_ + 1 < 0x80 ? 1 : 2;
    unsigned char* const begin = bytes_.data() + most_head - types_size_ - own;
    put_varint(begin, types_size_ + own);
    std::memcpy(begin + own, types_.data(), types_size_);
    return {reinterpret_cast<const char*>(begin), own + types_size_ + end_ - most_head};
  }

 private:
  static constexpr std::size_t most_head = 2 + 9 * (most_columns + 1);

  /// Most cells are short: a call of memcpy for each would take longer than the rest of them.
  static void copy(unsigned char* to, std::string_view text) {
    const std::size_t size = text.size();
    const auto both_ends = [&](auto word) {
      auto last = word;
      std::memcpy(&word, text.data(), sizeof word);
      std::memcpy(&last, text.data() + size - sizeof last, sizeof last);
      std::memcpy(to, &word, sizeof word);
      std::memcpy(to + size - sizeof last, &last, sizeof last);
    };
    using sixteen = unsigned char __attribute__((vector_size(16)));
    if (size > 32) {
      std::memcpy(to, text.data(), size);
    } else if (size >= 16) {
      both_ends(sixteen{});
    } else if (size >= 8) {
      both_ends(std::uint64_t{});
    } else if (size >= 4) {
      both_ends(std::uint32_t{});
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<unsigned char>(text[i]);
    }
  }

  void add_type(std::uint64_t type) { types_size_ += put_varint(types_.data() + types_size_, type); }
  unsigned char* room_for(std::size_t bytes) {
    const std::size_t begin = std::exchange(end_, end_ + bytes);
    if (end_ > bytes_.size()) bytes_.resize(2 * end_);
    return bytes_.data() + begin;
  }

  std::array<unsigned char, most_head> types_{};
  std::size_t types_size_ = 0;
  std::vector<unsigned char> bytes_ = std::vector<unsigned char>(4 * most_head);
  std::size_t end_ = most_head;  // of the values; they begin where the longest head would end
};

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
}

}  // namespace

class sorted_table::writer {
 public:
  writer(database db, std::string_view table, std::vector<sorted_column> columns)
      : db_(std::move(db)), table_(table), columns_(std::move(columns)) {
    check_columns();
    create();
    copy_pages();
  }

  void put_null() {
    if (column_->required) refuse("a value");
    row_.add_null();
    next();
  }
  void put(double value) {
    if (column_->type != storage::real) refuse(sql_type(column_->type));
    row_.add(value);
    next();
  }
  void put(std::int64_t value) {
    if (column_->type != storage::integer) refuse(sql_type(column_->type));
    row_.add(value);
    if (column_->indexed) add_entry(value);
    next();
  }
  void put(std::string_view text) {
    if (column_->type != storage::text) refuse(sql_type(column_->type));
    row_.add(text);
    if (column_->indexed) add_entry(text);
    next();
  }

  database finish() {
    if (column_ != columns_.data()) refuse("a complete row");
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

  void next() {
    if (row_.size() > longest_row) {
      throw error{"sql_too_large",
                  fmt::format("sorted_table {}: row {} has more than {} bytes", table_, rowid_, longest_row)};
    }
    if (++column_ != columns_.data() + columns_.size()) return;
    rows_->add_row(static_cast<std::uint64_t>(rowid_), row_.text());
    row_.clear();
    column_ = columns_.data();
    next_index_ = 0;
    ++rowid_;
  }

  template <typename Value>
  void add_entry(Value value) {
    index& into = indexes_[next_index_++];
    if (descends(into, value)) {
      throw error{"sql_failed",
                  fmt::format("sorted_table {}: row {}: {} is less than in the row before; sort "
                              "the rows by it",
                              table_, rowid_, column_->name)};
    }
    entry_.clear();
    entry_.add(value);
    entry_.add(rowid_);
    const std::string_view text = entry_.text();
    if (text.size() > into.tree.longest_entry()) {
      throw error{"sql_too_large", fmt::format("sorted_table {}: row {}: {} is too long for an index", table_,
                                               rowid_, column_->name)};
    }
    into.tree.add_entry(text);
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

  [[noreturn]] void refuse(std::string_view expected) const {
    throw error{"sql_failed", fmt::format("sorted_table {}: row {}, {}: expected {}", table_, rowid_,
                                          column_->name, expected)};
  }

  database db_;
  std::string table_;
  std::vector<sorted_column> columns_;
  std::unique_ptr<page_image> image_;
  std::unique_ptr<page_tree> rows_;
  std::vector<index> indexes_;
  record row_;
  record entry_;
  const sorted_column* column_ = columns_.data();  // of the next cell
  std::size_t next_index_ = 0;                     // of the next indexed column of the row
  std::int64_t rowid_ = 1;
};

sorted_table::sorted_table(database db, std::string_view table, std::vector<sorted_column> columns)
    : writer_(std::make_unique<writer>(std::move(db), table, std::move(columns))) {}
sorted_table::~sorted_table() = default;

void sorted_table::put(std::nullptr_t) { writer_->put_null(); }
void sorted_table::put(std::string_view text) { writer_->put(text); }
void sorted_table::put(std::int64_t value) { writer_->put(value); }
void sorted_table::put(double value) {
  if (std::isnan(value)) {
    writer_->put_null();
  } else {
    writer_->put(value);
  }
}
database sorted_table::finish() { return writer_->finish(); }

}  // namespace stook::sqlite
