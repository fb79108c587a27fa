#include <stook/sql/statement.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include <stook/sql/database.hpp>

#include "failing.hpp"

using namespace stook::sqlite;

TEST_CASE("every storage class goes in and comes out") {
  database db = database::memory();
  db.exec("CREATE TABLE t(a, b, c, d, e, f)");
  const std::array<std::byte, 3> bytes{std::byte{0}, std::byte{0xFF}, std::byte{7}};
  const std::string nul("x\0y", 3);
  db.prepare("INSERT INTO t VALUES(?, ?, ?, ?, ?, ?)")
      .bind_all(std::int64_t{-1} << 62, 0.25, nul, std::span<const std::byte>{bytes}, nullptr,
                std::string_view{})
      .run();

  auto row = db.prepare("SELECT * FROM t");
  REQUIRE(row.step());
  CHECK(row.columns() == 6);
  CHECK(row.name(1) == "b");
  CHECK(row.type(0) == storage::integer);
  CHECK(row.integer(0) == std::int64_t{-1} << 62);
  CHECK(row.type(1) == storage::real);
  CHECK(row.real(1) == 0.25);
  CHECK(row.type(2) == storage::text);
  CHECK(row.text(2) == nul);
  CHECK(row.type(3) == storage::blob);
  REQUIRE(row.blob(3).size() == 3);
  CHECK(row.blob(3)[1] == std::byte{0xFF});
  CHECK(row.null(4));
  CHECK(row.text(4) == "");
  CHECK(row.type(5) == storage::text);  // the empty text is not NULL
  CHECK_FALSE(row.step());
}

TEST_CASE("a statement runs again with other values") {
  database db = database::memory();
  auto twice = db.prepare("SELECT 2 * ?");
  for (int i : {1, 5, -3}) {
    twice.bind_all(i);
    REQUIRE(twice.step());
    CHECK(twice.integer(0) == 2 * i);
  }
}

TEST_CASE("a text bound as a view is not copied") {
  database db = database::memory();
  std::string text = "before";
  auto echo = db.prepare("SELECT ?");
  echo.bind_view(1, text);
  text = "behind";
  REQUIRE(echo.step());
  CHECK(echo.text(0) == "behind");
}

TEST_CASE("a parameter that is not there and an integer that does not fit are errors") {
  database db = database::memory();
  auto one = db.prepare("SELECT ?");
  CHECK(failure_of([&] { one.bind(2, 1); }).code == "sql_failed");
  CHECK(failure_of([&] { one.bind(1, std::numeric_limits<std::uint64_t>::max()); }).code == "sql_too_large");
}

TEST_CASE("a statement outlives its database object and works after a failed step") {
  database db = database::memory();
  db.exec("CREATE TABLE t(a UNIQUE)");
  auto insert = db.prepare("INSERT INTO t VALUES(?)");
  insert.bind_all(1).run();
  CHECK(failure_of([&] { insert.bind_all(1).run(); }).code == "sql_constraint");
  { const database gone = std::move(db); }
  CHECK_NOTHROW(insert.bind_all(2).run());
}
