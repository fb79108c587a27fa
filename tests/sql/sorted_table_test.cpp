#include <stook/sql/sorted_table.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <stook/sql/bulk_insert.hpp>
#include <stook/sql/readonly.hpp>

#include "sql/connection_mark.hpp"

#include "failing.hpp"
#include "scratch.hpp"

using namespace stook::sqlite;

namespace {

std::string one(database& db, std::string_view sql) {
  auto query = db.prepare(sql);
  REQUIRE(query.step());
  return std::string{query.text(0)};
}

const std::vector<sorted_column> columns{
    {.name = "ts", .required = true, .indexed = true},
    {.name = "n", .type = storage::integer, .required = true, .indexed = true},
    {.name = "x", .type = storage::real},
    {.name = "text"}};

/// A number of `width` digits, so that it ascends as bytes too.
std::string digits(int n, std::size_t width) {
  const std::string text = std::to_string(n);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

database made(int rows, std::size_t text_bytes, std::size_t key_bytes = 8) {
  sorted_table table{database::memory(), "t", columns};
  for (int i = 0; i < rows; ++i)
    table.add(digits(i / 3, key_bytes), i / 2, i / 4.0,
              std::string(text_bytes, static_cast<char>('a' + i % 26)));
  return table.finish();
}

}  // namespace

TEST_CASE("SQLite finds nothing wrong with the pages, whatever the number and length of rows") {
  for (const int rows : {0, 1, 2, 3, 50, 1'000, 40'000}) {
    for (const std::size_t bytes : {0U, 1U, 60U, 400U}) {
      CAPTURE(rows);
      CAPTURE(bytes);
      database db = made(rows, bytes);
      CHECK(one(db, "PRAGMA integrity_check") == "ok");
      CHECK(one(db, "SELECT count(*) FROM t") == std::to_string(rows));
      CHECK(one(db,
                "SELECT count(*) FROM t WHERE rowid = n * 2 + 1 + (rowid - 1) % 2 AND x = (rowid - 1) / 4.0 "
                "AND length(text) = " +
                    std::to_string(bytes)) == std::to_string(rows));
    }
  }
}

TEST_CASE("rows around the length at which they leave their page are kept whole") {
  for (std::size_t bytes = 4'000; bytes < 4'120; ++bytes) {
    database db = made(3, bytes);
    CAPTURE(bytes);
    CHECK(one(db, "PRAGMA integrity_check") == "ok");
    CHECK(one(db, "SELECT min(length(text)) FROM t") == std::to_string(bytes));
  }
  for (const std::size_t bytes : {487U, 8'150U, 8'192U, 12'300U, 1'000'000U}) {
    database db = made(5, bytes);
    CAPTURE(bytes);
    CHECK(one(db, "PRAGMA integrity_check") == "ok");
    CHECK(one(db, "SELECT text FROM t WHERE rowid = 3") == std::string(bytes, 'c'));
  }
}

TEST_CASE("indexes of several levels find what is there and only that") {
  database db = made(30'000, 5, 900);
  CHECK(one(db, "PRAGMA integrity_check") == "ok");
  CHECK(one(db, "EXPLAIN QUERY PLAN SELECT * FROM t WHERE n = 7").size() > 0);
  for (const int n : {0, 1, 4'999, 14'999}) {
    CAPTURE(n);
    CHECK(one(db, "SELECT count(*) FROM t INDEXED BY t_n WHERE n = " + std::to_string(n)) == "2");
    CHECK(one(db, "SELECT count(*) FROM t INDEXED BY t_n WHERE n < " + std::to_string(n)) ==
          std::to_string(2 * n));
  }
  CHECK(one(db, "SELECT count(*) FROM t INDEXED BY t_ts WHERE ts >= '" + digits(9'000, 900) + "'") == "3000");
  CHECK(one(db, "SELECT count(*) FROM t INDEXED BY t_n WHERE n = 15000") == "0");
}

TEST_CASE("values come back as they were put") {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::int64_t> integers{
      least,         -2'147'483'649,      -32'769, -129, -128, -1, 0, 1, 127, 128, 32'768, 8'388'608,
      2'147'483'648, 140'737'488'355'328, most};
  sorted_table table{database::memory(),
                     "odd \"name\"",
                     {{.name = "select", .type = storage::integer, .required = true, .indexed = true},
                      {.name = "x", .type = storage::real},
                      {.name = "text"}}};
  for (const std::int64_t n : integers) table.add(n, static_cast<double>(n) / 3, nullptr);
  table.add(most, std::nan(""), "");
  table.add(most, -0.5, std::string("a\0b", 3));
  database db = table.finish();
  CHECK(one(db, "PRAGMA integrity_check") == "ok");
  auto rows = db.prepare(R"(SELECT "select", x, text FROM "odd ""name""" ORDER BY rowid)");
  for (const std::int64_t n : integers) {
    REQUIRE(rows.step());
    CHECK(rows.integer(0) == n);
    CHECK(rows.real(1) == static_cast<double>(n) / 3);
    CHECK(rows.null(2));
  }
  REQUIRE(rows.step());
  CHECK(rows.null(1));
  CHECK(rows.type(2) == storage::text);
  REQUIRE(rows.step());
  CHECK(rows.real(1) == -0.5);
  CHECK(rows.text(2) == std::string_view("a\0b", 3));
}

TEST_CASE("a hundred columns of many kinds are kept") {
  std::vector<sorted_column> many;
  for (int i = 0; i < 100; ++i) many.push_back({.name = "c" + std::to_string(i)});
  sorted_table table{database::memory(), "wide", many};
  for (int row = 0; row < 200; ++row) {
    std::vector<std::string> texts;
    for (int i = 0; i < 100; ++i) texts.emplace_back(static_cast<std::size_t>((row + i) % 90), 'x');
    table.add_row(std::vector<sorted_cell>(texts.begin(), texts.end()));
  }
  database db = table.finish();
  CHECK(one(db, "PRAGMA integrity_check") == "ok");
  CHECK(one(db, "SELECT length(c99) FROM wide WHERE rowid = 42") == std::to_string((41 + 99) % 90));
}

TEST_CASE(
    "what the database held before stays, and the pages can be queried under lock and copied to a file") {
  database before = database::memory();
  before.exec("CREATE TABLE other(a); CREATE INDEX o ON other(a)");
  {
    bulk_insert into{before, "other", {"a"}};
    for (int i = 0; i < 5'000; ++i) into.add(i);
    into.finish();
  }
  sorted_table table{std::move(before), "t", columns};
  for (int i = 0; i < 5'000; ++i) table.add(digits(i, 6), i, 1.5, "some text");
  database db = table.finish();
  CHECK(one(db, "PRAGMA integrity_check") == "ok");
  CHECK(one(db, "SELECT count(*) FROM other JOIN t ON other.a = t.n") == "5000");

  const scratch_folder files;
  database copy = database::open(files / "copy.db");
  db.copy_to(copy);
  CHECK(one(copy, "PRAGMA integrity_check") == "ok");
  CHECK(one(copy, "SELECT sum(n) FROM t") == "12497500");
  copy.exec("INSERT INTO t VALUES ('zzz', 5000, 1, 'more'); DELETE FROM t WHERE n < 4000");
  CHECK(one(copy, "PRAGMA integrity_check") == "ok");

  const readonly locked = lock_readonly(std::move(db));
  CHECK(locked.select("SELECT count(*) AS n FROM t WHERE ts >= '004000'").rows.at(0).at(0) ==
        cell{std::int64_t{1'000}});
}

TEST_CASE("pages of a file are not taken for pages that were written here") {
  const scratch_folder files;
  {
    database file = database::open(files / "damaged.db");
    file.exec("CREATE TABLE other(a)");
    bulk_insert into{file, "other", {"a"}};
    for (int i = 0; i < 5'000; ++i) into.add(i);
    into.finish();
  }
  {
    std::fstream bytes{files / "damaged.db", std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekp(2 * 4096 + 8);  // where the first cell of the third page stands
    bytes.write("\xff\xff", 2);
  }
  database copy = database::memory();
  database::open(files / "damaged.db").copy_to(copy);
  CHECK(failure_of([&] { sorted_table(std::move(copy), "t", columns); }).message ==
        "sorted_table t: the database it goes into is damaged");

  database db = made(3, 10);
  CHECK(has_mark(db.handle(), sound_pages_mark));
  made(3, 10).copy_to(db);
  CHECK_FALSE(has_mark(db.handle(), sound_pages_mark));
}

TEST_CASE("rows out of order, cells of the wrong type and missing ones are refused") {
  const auto failure = [](auto&& use) {
    return failure_of([&] {
      sorted_table table{database::memory(), "t", columns};
      use(table);
    });
  };
  CHECK(failure([](sorted_table& t) {
          t.add("b", 1, 1.0, "x");
          t.add("a", 1, 1.0, "x");
        }).message == "sorted_table t: row 2: ts is less than in the row before; sort the rows by it");
  CHECK(failure([](sorted_table& t) {
          t.add("a", 2, 1.0, "x");
          t.add("a", 1, 1.0, "x");
        }).message == "sorted_table t: row 2: n is less than in the row before; sort the rows by it");
  CHECK(failure([](sorted_table& t) { t.add(1, 1, 1.0, "x"); }).message ==
        "sorted_table t: row 1, ts: expected TEXT");
  CHECK(failure([](sorted_table& t) { t.add(nullptr, 1, 1.0, "x"); }).message ==
        "sorted_table t: row 1, ts: expected a value");
  CHECK(failure([](sorted_table& t) { t.add("a", 1); }).message ==
        "sorted_table t: row 1: expected 4 cells, got 2");
  CHECK(failure([](sorted_table& t) { t.add(std::string(2'000, 'a'), 1, 1.0, "x"); }).code ==
        "sql_too_large");
  CHECK(failure_of([] { sorted_table(database::memory(), "t", {}); }).code == "sql_syntax");
  CHECK(failure_of([] {
          sorted_table(database::memory(), "t",
                       {{.name = "x", .type = storage::real, .required = true, .indexed = true}});
        }).code == "sql_syntax");
}
