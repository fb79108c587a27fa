#include "bare_load.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace analytics {
namespace {

constexpr int rows_per_statement = 10;

void check(sqlite3* db, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db));
}

void exec(sqlite3* db, const char* sql) { check(db, sqlite3_exec(db, sql, nullptr, nullptr, nullptr)); }

std::string whole(const std::filesystem::path& file) {
  std::string text(std::filesystem::file_size(file), '\0');
  std::ifstream in{file, std::ios::binary};
  if (!in.read(text.data(), static_cast<std::streamsize>(text.size())))
    throw std::runtime_error("cannot read " + file.string());
  return text;
}

/// The next field, and what ends it moved past. One in quotes with quotes inside is put together in place.
std::string_view take_field(char*& at, char* end) {
  char* const begin = at;
  if (begin != end && *begin == '"') {
    char* to = begin;
    for (++at; at != end; ++at) {
      if (*at == '"' && (at + 1 == end || *++at != '"')) break;
      *to++ = *at;
    }
    ++at;
    return {begin, static_cast<std::size_t>(to - begin)};
  }
  while (at != end && *at != ',' && *at != '\n') ++at;
  const std::string_view field{begin, static_cast<std::size_t>(at - begin)};
  if (at != end) ++at;
  return field;
}

int digits(std::string_view text) {
  int n = 0;
  for (const char c : text) n = n * 10 + (c - '0');
  return n;
}

/// 2026-01-15T03:04:05Z or 2026-01-15T03:04:05.678Z. The day is looked up once a day.
std::int64_t micros_of(std::string_view ts) {
  static std::string day;
  static std::int64_t midnight = 0;
  if (ts.substr(0, 10) != day) {
    day = ts.substr(0, 10);
    const std::chrono::year_month_day date{std::chrono::year{digits(ts.substr(0, 4))},
                                           std::chrono::month(static_cast<unsigned>(digits(ts.substr(5, 2)))),
                                           std::chrono::day(static_cast<unsigned>(digits(ts.substr(8, 2))))};
    midnight = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86'400};
  }
  const std::int64_t second =
      midnight + digits(ts.substr(11, 2)) * 3600 + digits(ts.substr(14, 2)) * 60 + digits(ts.substr(17, 2));
  return second * 1'000'000 + (ts.size() > 20 ? digits(ts.substr(20, 3)) * 1000 : 0);
}

class loader {
 public:
  loader(sqlite3* db, std::vector<std::string_view> columns, bool as_the_product)
      : db_(db), columns_(std::move(columns)), as_the_product_(as_the_product) {
    std::string table = as_the_product ? "ts TEXT NOT NULL, ts_us INTEGER NOT NULL" : "ts INTEGER";
    for (std::size_t i = 1; i < columns_.size(); ++i)
      table.append(", ").append(columns_[i]).append(columns_[i] == "latency_ms" ? " REAL" : " TEXT");
    exec(db_, ("CREATE TABLE logs(" + table + ")").c_str());
    const std::size_t bound = columns_.size() + (as_the_product ? 1 : 0);
    std::string row = "(?";
    for (std::size_t i = 1; i < bound; ++i) row += ",?";
    row += ')';
    std::string one = "INSERT INTO logs VALUES " + row;
    std::string many = one;
    for (int i = 1; i < rows_per_statement; ++i) many += "," + row;
    check(db_, sqlite3_prepare_v2(db_, one.c_str(), -1, &one_, nullptr));
    check(db_, sqlite3_prepare_v2(db_, many.c_str(), -1, &many_, nullptr));
  }

  void load(char* at, char* end) {
    std::vector<std::string_view> held;  // the fields of the rows that wait for their statement
    while (at != end) {
      for (std::size_t i = 0; i < columns_.size(); ++i) held.push_back(take_field(at, end));
      if (held.size() == columns_.size() * rows_per_statement) {
        insert(many_, held);
        held.clear();
      }
    }
    for (auto row = held.begin(); row != held.end(); row += static_cast<std::ptrdiff_t>(columns_.size()))
      insert(one_, {row, row + static_cast<std::ptrdiff_t>(columns_.size())});
    sqlite3_finalize(one_);
    sqlite3_finalize(many_);
  }

 private:
  void insert(sqlite3_stmt* statement, const std::vector<std::string_view>& fields) {
    int parameter = 0;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view field = fields[i];
      const std::size_t column = i % columns_.size();
      if (column == 0) {
        if (as_the_product_) bind_text(statement, ++parameter, field);
        sqlite3_bind_int64(statement, ++parameter, micros_of(field));
      } else if (columns_[column] == "latency_ms") {
        double ms = 0;
        std::from_chars(field.data(), field.data() + field.size(), ms);
        sqlite3_bind_double(statement, ++parameter, ms);
      } else {
        bind_text(statement, ++parameter, field);
      }
    }
    check(db_, sqlite3_step(statement));
    sqlite3_reset(statement);
  }

  static void bind_text(sqlite3_stmt* statement, int parameter, std::string_view text) {
    sqlite3_bind_text(statement, parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }

  sqlite3* db_;
  std::vector<std::string_view> columns_;
  bool as_the_product_;
  sqlite3_stmt* one_ = nullptr;
  sqlite3_stmt* many_ = nullptr;
};

}  // namespace

sqlite3* bare_load(const std::filesystem::path& file, bool as_the_product) {
  std::string text = whole(file);
  char* at = text.data();
  char* const end = at + text.size();
  std::vector<std::string_view> columns;
  do columns.push_back(take_field(at, end));
  while (at[-1] != '\n');

  sqlite3* db = nullptr;
  check(db, sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
  exec(db, "BEGIN");
  loader{db, columns, as_the_product}.load(at, end);
  if (as_the_product) exec(db, "CREATE INDEX logs_ts ON logs(ts); CREATE INDEX logs_ts_us ON logs(ts_us)");
  exec(db, "COMMIT");
  return db;
}

}  // namespace analytics
