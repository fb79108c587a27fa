#include <stook/sql/database.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include <stook/core/error.hpp>

#include "failing.hpp"
#include "scratch.hpp"

using namespace stook::sqlite;

namespace {

std::int64_t count(database& db, const char* table) {
  auto rows = db.prepare(std::string("SELECT count(*) FROM ") + table);
  REQUIRE(rows.step());
  return rows.integer(0);
}

}  // namespace

TEST_CASE("a script runs statement by statement and reports where it broke off") {
  database db = database::memory();
  db.exec(
      "CREATE TABLE t(a); -- a comment; with a semicolon\nINSERT INTO t VALUES(1),(2); SELECT * FROM t;  ");
  CHECK(count(db, "t") == 2);
  CHECK(db.changes() == 2);
  CHECK(db.last_insert_rowid() == 2);
  db.exec("");

  const stook::failure why = failure_of([&] { db.exec("INSERT INTO t VALUES(3); SELEC 1"); });
  CHECK(why.code == "sql_syntax");
  CHECK(why.message == "near \"SELEC\": syntax error, at byte 1 of the SQL, before: SELEC 1");
  CHECK(count(db, "t") == 3);
}

TEST_CASE("prepare takes exactly one statement") {
  database db = database::memory();
  CHECK(failure_of([&] { db.prepare("SELECT 1; SELECT 2"); }).code == "sql_multiple_statements");
  CHECK(failure_of([&] { db.prepare(" -- nothing"); }).code == "sql_empty");
  CHECK_NOTHROW(db.prepare("SELECT 1;\n "));
}

TEST_CASE("a broken constraint and a missing table have codes of their own") {
  database db = database::memory();
  db.exec("CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES(1)");
  CHECK(failure_of([&] { db.exec("INSERT INTO t VALUES(1)"); }).code == "sql_constraint");
  CHECK(failure_of([&] { db.exec("SELECT * FROM u"); }).message.find("no such table: u") !=
        std::string::npos);
}

TEST_CASE("a transaction that is not committed leaves nothing behind") {
  database db = database::memory();
  db.exec("CREATE TABLE t(a)");
  try {
    transaction all{db};
    db.exec("INSERT INTO t VALUES(1)");
    CHECK(db.in_transaction());
    db.exec("INSERT INTO nowhere VALUES(1)");
    all.commit();
  } catch (const stook::error&) {
  }
  CHECK_FALSE(db.in_transaction());
  CHECK(count(db, "t") == 0);

  transaction all{db};
  db.exec("INSERT INTO t VALUES(1)");
  all.commit();
  CHECK_FALSE(db.in_transaction());
  CHECK(count(db, "t") == 1);
}

TEST_CASE("a file keeps what was committed, and a second writer is told that it is busy") {
  const scratch_folder folder;
  {
    database db = database::open(folder / "a.db");
    db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(7)");
  }
  database one = database::open(folder / "a.db", {.create = false});
  database two = database::open(folder / "a.db", {.busy = std::chrono::milliseconds(1)});
  CHECK(count(one, "t") == 1);
  transaction writing{one};
  const stook::failure why = failure_of([&] { transaction late{two}; });
  CHECK(why.code == "sql_busy");
  CHECK(why.retryable);
}

TEST_CASE("what is not a plain, present database file is refused") {
  const scratch_folder folder;
  CHECK(failure_of([&] { database::open(folder / "none.db", {.create = false}); }).code == "sql_open");
  for (const char* name : {"", ":memory:", "file:x.db?mode=memory"}) {
    CAPTURE(name);
    CHECK(failure_of([&] { database::open(name); }).code == "sql_open");
  }
  std::ofstream(folder / "text.db") << std::string(4096, 'x');
  CHECK(failure_of([&] { database::open(folder / "text.db").exec("SELECT * FROM sqlite_master"); }).code ==
        "sql_corrupt");
}
