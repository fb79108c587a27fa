#include <stook/sql/bulk_insert.hpp>

#include <doctest/doctest.h>

#include <string>

#include "failing.hpp"

using namespace stook::sqlite;

TEST_CASE("every row arrives, whatever the number of rows") {
  for (int rows : {0, 1, 9, 10, 11, 123}) {
    CAPTURE(rows);
    database db = database::memory();
    db.exec("CREATE TABLE t(n INTEGER, half REAL, name TEXT, blank)");
    bulk_insert into{db, "t", {"n", "half", "name", "blank"}};
    for (int i = 0; i < rows; ++i) into.add(i, i / 2.0, "row " + std::to_string(i), nullptr);
    CHECK(into.rows() == static_cast<std::uint64_t>(rows));
    into.finish();
    CHECK(into.rows() == static_cast<std::uint64_t>(rows));

    auto check = db.prepare(
        "SELECT count(*), coalesce(sum(n), 0), coalesce(sum(half), 0), count(DISTINCT name), count(blank),"
        " sum(name = 'row ' || n) FROM t");
    REQUIRE(check.step());
    const std::int64_t sum = std::int64_t{rows} * (rows - 1) / 2;
    CHECK(check.integer(0) == rows);
    CHECK(check.integer(1) == sum);
    CHECK(check.real(2) == static_cast<double>(sum) / 2);
    CHECK(check.integer(3) == rows);
    CHECK(check.integer(4) == 0);
    CHECK(check.integer(5) == rows);
  }
}

TEST_CASE("names are quoted, and cells may come one by one") {
  database db = database::memory();
  db.exec(R"(CREATE TABLE "odd ""name"""("a b", "select"))");
  bulk_insert into{db, "odd \"name\"", {"a b", "select"}};
  into.put(1);
  into.put("one");
  into.put(2);
  CHECK(failure_of([&] { into.finish(); }).message ==
        "bulk_insert into odd \"name\": expected 2 cells in row 2, got 1");
  into.put("two");
  into.finish();
  auto rows = db.prepare(R"(SELECT group_concat("select") FROM "odd ""name""")");
  REQUIRE(rows.step());
  CHECK(rows.text(0) == "one,two");
}

TEST_CASE("a wrong row, a missing table and a broken constraint are errors; the object stays usable") {
  database db = database::memory();
  db.exec("CREATE TABLE t(a UNIQUE, b)");
  CHECK(failure_of([&] { bulk_insert(db, "none", {"a"}); }).code == "sql_syntax");
  CHECK(failure_of([&] { bulk_insert(db, "t", std::vector<std::string_view>{}); }).code == "sql_syntax");

  bulk_insert into{db, "t", {"a", "b"}};
  CHECK(failure_of([&] { into.add(1); }).code == "sql_failed");
  into.add(1, 2);
  into.add(1, 3);
  CHECK(failure_of([&] { into.finish(); }).code == "sql_constraint");
  into.add(2, 2);
  CHECK_NOTHROW(into.finish());
}

TEST_CASE("100,000 rows load in one transaction") {
  database db = database::memory();
  db.exec("CREATE TABLE logs(ts INTEGER, service TEXT, level TEXT, msg TEXT)");
  transaction load{db};
  bulk_insert logs{db, "logs", {"ts", "service", "level", "msg"}};
  for (int i = 0; i < 100'000; ++i) logs.add(1'700'000'000 + i, "checkout", "INFO", "request handled");
  logs.finish();
  load.commit();
  auto rows = db.prepare("SELECT count(*), max(ts) FROM logs");
  REQUIRE(rows.step());
  CHECK(rows.integer(0) == 100'000);
  CHECK(rows.integer(1) == 1'700'099'999);
}
