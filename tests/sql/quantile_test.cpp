#include <stook/sql/quantile.hpp>

#include <doctest/doctest.h>

#include <string>

#include <stook/sql/database.hpp>

#include "failing.hpp"

using namespace stook::sqlite;

namespace {

/// The one cell of a query as text, NULL as "NULL".
std::string ask(database& db, const std::string& sql) {
  auto row = db.prepare(sql);
  const bool there = row.step();
  REQUIRE(there);
  return row.null(0) ? "NULL" : std::string(row.text(0));
}

database with_quantile() {
  database db = database::memory();
  add_quantile_cont(db);
  return db;
}

}  // namespace

TEST_CASE("quantiles interpolate between neighbours, as in DuckDB and PostgreSQL") {
  database db = with_quantile();
  const std::string of = " FROM (SELECT column1 AS x FROM (VALUES(40),(10),(NULL),(20),(30)))";
  CHECK(ask(db, "SELECT quantile_cont(x, 0)" + of) == "10.0");
  CHECK(ask(db, "SELECT quantile_cont(x, 0.5)" + of) == "25.0");
  CHECK(ask(db, "SELECT quantile_cont(x, 0.25)" + of) == "17.5");
  CHECK(ask(db, "SELECT round(quantile_cont(x, 0.9), 9)" + of) == "37.0");
  CHECK(ask(db, "SELECT quantile_cont(x, 1)" + of) == "40.0");
  CHECK(ask(db, "SELECT quantile_cont(x, 0.5) FROM (SELECT 3.5 AS x)") == "3.5");
}

TEST_CASE("without values the quantile is NULL") {
  database db = with_quantile();
  CHECK(ask(db, "SELECT quantile_cont(x, 0.5) FROM (SELECT NULL AS x)") == "NULL");
  CHECK(ask(db, "SELECT quantile_cont(x, 0.5) FROM (SELECT 1 AS x) WHERE 0") == "NULL");
}

TEST_CASE("quantiles of many values in groups match a sort in SQL") {
  database db = with_quantile();
  db.exec(
      "CREATE TABLE t AS WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM c WHERE i < 9999)"
      " SELECT i % 3 AS g, (i * 7919) % 10007 AS x FROM c");
  for (int g = 0; g < 3; ++g) {
    const std::string where = " FROM t WHERE g = " + std::to_string(g);
    // Position 0.5 * (n - 1): for odd n an element, for even n the mean of two.
    const std::string by_sort = "SELECT avg(x) * 1.0 FROM (SELECT x" + where +
                                " ORDER BY x LIMIT 2 - (SELECT count(*)" + where +
                                ") % 2 OFFSET (SELECT (count(*) - 1) / 2" + where + "))";
    CHECK(ask(db, "SELECT quantile_cont(x, 0.5)" + where) == ask(db, by_sort));
  }
  CHECK(ask(db, "SELECT count(*) FROM (SELECT quantile_cont(x, 0.95) FROM t GROUP BY g)") == "3");
}

TEST_CASE("a wrong argument is an error that says which") {
  database db = with_quantile();
  const auto message = [&](const char* sql) { return failure_of([&] { db.exec(sql); }).message; };
  CHECK(message("SELECT quantile_cont('slow', 0.5)") == "quantile_cont(x, q): x must be a number");
  CHECK(message("SELECT quantile_cont(1, 1.5)") == "quantile_cont(x, q): q must be a number from 0 to 1");
  CHECK(message("SELECT quantile_cont(1, NULL)") == "quantile_cont(x, q): q must be a number from 0 to 1");
  CHECK(message("SELECT quantile_cont(1, column1) FROM (VALUES(0.1),(0.2))") ==
        "quantile_cont(x, q): q must be constant");
}

TEST_CASE("the values held at once are bounded, and the bound is free again afterwards") {
  database db = with_quantile();
  const std::string many =
      "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM c WHERE i < 1500000) SELECT "
      "quantile_cont(i, 0.5)";
  CHECK(ask(db, many + " FROM c") == "750000.0");
  CHECK(failure_of([&] { ask(db, many + ", quantile_cont(-i, 0.5), quantile_cont(i, 0.9) FROM c"); }).code ==
        "sql_too_large");
  CHECK(ask(db, many + " FROM c") == "750000.0");
}
