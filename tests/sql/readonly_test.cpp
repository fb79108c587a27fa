#include <stook/sql/readonly.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <stook/sql/database.hpp>

#include "failing.hpp"
#include "scratch.hpp"

using namespace stook::sqlite;
using namespace std::chrono_literals;

namespace {

constexpr const char* endless =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c";

database logs_and_secrets() {
  database db = database::memory();
  db.exec(
      "CREATE TABLE logs(id INTEGER PRIMARY KEY, service TEXT, msg TEXT);"
      "INSERT INTO logs VALUES(1, 'api', 'ok'), (2, 'api', 'slow'), (3, 'db', 'ok');"
      "CREATE TABLE secrets(v TEXT); INSERT INTO secrets VALUES('hunter2');"
      "CREATE VIEW api AS SELECT * FROM logs WHERE service = 'api';"
      "CREATE VIEW leak AS SELECT * FROM secrets;");
  return db;
}

readonly box(const readonly_options& options = {.tables = {"logs", "api", "leak"}}) {
  return lock_readonly(logs_and_secrets(), options);
}

std::string ask(const readonly& db, const std::string& sql) { return to_json_text(db.select(sql)); }

stook::failure refused(const readonly& db, const std::string& sql) {
  CAPTURE(sql);
  return failure_of([&] { db.select(sql); });
}

std::string one_cell(const readonly& db, const std::string& sql) {
  const query_result r = db.select(sql);
  REQUIRE(r.rows.size() == 1);
  return std::get<std::string>(r.rows[0][0]);
}

}  // namespace

TEST_CASE("a query over the listed tables and views gives typed rows") {
  const readonly db = box();
  const query_result r =
      db.select("SELECT service, count(*) AS n, 0.5, NULL FROM Logs GROUP BY 1 ORDER BY 1;");
  CHECK(r.columns == std::vector<std::string>{"service", "n", "0.5", "NULL"});
  REQUIRE(r.rows.size() == 2);
  CHECK(r.rows[0] == std::vector<cell>{"api", std::int64_t{2}, 0.5, std::monostate{}});
  CHECK_FALSE(r.truncated);
  CHECK(ask(db, "SELECT msg FROM api WHERE id = 2") ==
        R"({"columns":["msg"],"rows":[["slow"]],"truncated":false})");
}

TEST_CASE("the schema text lists what may be read, and nothing else") {
  CHECK(box({.tables = {"LOGS", "api"}}).schema_text() ==
        "api(id INTEGER, service TEXT, msg TEXT)\nlogs(id INTEGER, service TEXT, msg TEXT)\n");
  CHECK(box({}).schema_text().find("secrets(v TEXT)") != std::string::npos);
}

TEST_CASE("a refusal names the object and what there is instead") {
  const readonly db = box();
  const stook::failure table = refused(db, "SELECT v FROM secrets");
  CHECK(table.code == "sql_denied");
  CHECK(table.message == "table secrets is not available");
  CHECK(table.hint == "write one SELECT over: api, leak, logs");

  const stook::failure function = refused(db, "SELECT random()");
  CHECK(function.code == "sql_denied");
  CHECK(function.message == "function random() is not available");
}

TEST_CASE("a view grants nothing that is not listed itself") {
  CHECK(refused(box(), "SELECT * FROM leak").message == "table secrets is not available");
  CHECK(refused(box(), "SELECT count(*) FROM leak").code == "sql_denied");
}

TEST_CASE("the name of a common table expression opens no real table") {
  const readonly db = box();
  CHECK(ask(db, "WITH mine AS (SELECT 1) SELECT count(*) FROM mine").find("[[1]]") != std::string::npos);
  CHECK(ask(db, "WITH logs AS (SELECT 7 AS x) SELECT x FROM logs").find("[[7]]") != std::string::npos);
  for (const char* sql : {"SELECT count(*) FROM secrets", "SELECT count(*) FROM SECRETS s",
                          "WITH api AS (SELECT * FROM secrets) SELECT * FROM api",
                          "SELECT count(*) FROM sqlite_schema", "SELECT count(*) FROM pragma_table_list",
                          "SELECT count(*) FROM dbstat", "SELECT 1 WHERE 'hunter2' IN secrets"}) {
    CHECK(refused(db, sql).code == "sql_denied");
  }
}

TEST_CASE("each mistake has its own code") {
  const readonly db = box();
  CHECK(refused(db, "SELECT FROM logs").code == "sql_syntax");
  CHECK(refused(db, "SELECT * FROM log").message == "no such table: log");
  CHECK(refused(db, "SELECT msg FROM logs WHERE service = \"api\"").code == "sql_syntax");
  CHECK(refused(db, " ; -- nothing").code == "sql_empty");
  CHECK(refused(db, "").code == "sql_empty");
  CHECK(refused(db, "SELECT 1; SELECT 2").code == "sql_multiple_statements");
  CHECK(refused(db, std::string("SELECT 1\0 FROM logs", 19)).code == "sql_syntax");
  CHECK(refused(db, "SELECT * FROM logs WHERE id = ?").code == "sql_syntax");
  CHECK(refused(db, "SELECT '" + std::string(40'000, 'x') + "'").code == "sql_too_large");
  CHECK(refused(db, "DELETE FROM logs").code == "sql_denied");
  CHECK(refused(db, "SELECT abs(-9223372036854775807 - 1)").message == "integer overflow");
  CHECK(ask(db, "SELECT 1 /* one */ ; -- end").find("[[1]]") != std::string::npos);
}

TEST_CASE("the message of a failed query keeps the text of rows to itself") {
  const stook::failure why = refused(box(), "SELECT json_extract('{}', msg) FROM logs");
  CHECK(why.code == "sql_runtime");
  CHECK(why.message == "JSON path error near [text of a row, left out]");
}

TEST_CASE("rows, bytes and cells are capped, and the result says so") {
  const readonly db = box({.rows = 10, .bytes = 1'000, .cell_bytes = 100});
  const std::string numbers =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 1000) SELECT ";
  CHECK(db.select(numbers + "x FROM c").rows.size() == 10);
  CHECK(db.select(numbers + "x FROM c").truncated);
  CHECK(db.select(numbers + "x FROM c LIMIT 10").truncated == false);
  CHECK(db.select(numbers + "x FROM c", 3).rows.size() == 3);
  CHECK(db.select(numbers + "x FROM c", 3'000).rows.size() == 10);

  const query_result wide = db.select(numbers + "printf('%.90c', 'y'), printf('%.90c', 'z') FROM c");
  CHECK(wide.truncated);
  CHECK(wide.rows.size() == 5);
  CHECK(to_json_text(wide).size() <= 1'100);

  const query_result cell = db.select("SELECT printf('%.500c', 'y')");
  CHECK(cell.cut_cells == 1);
  CHECK(std::get<std::string>(cell.rows.at(0).at(0)) == std::string(100, 'y') + "…");
}

TEST_CASE("text is repaired and hides nothing") {
  const readonly db = box();
  CHECK(one_cell(db, "SELECT CAST(x'61C3286200FFC3BC' AS TEXT)") ==
        "a\xEF\xBF\xBD(b\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xBC");
  CHECK(one_cell(db, "SELECT 'a' || char(27) || '[31m' || char(9, 10, 13)") == "a\\u{1b}[31m\t\n\\u{d}");
  CHECK(one_cell(db, "SELECT char(8238, 8294, 65279, 917569) || 'x'") ==
        "\\u{202e}\\u{2066}\\u{feff}\\u{e0041}x");
  CHECK(one_cell(db, "SELECT x'00FF10'") == "x'00FF10'");
  CHECK(db.select("SELECT 1 AS \"a\x1b\"").columns.at(0) == "a\\u{1b}");
}

TEST_CASE("a query that takes too long ends at its deadline, and the next one runs") {
  const readonly db = box({.deadline = 50ms});
  const auto start = std::chrono::steady_clock::now();
  CHECK(refused(db, endless).code == "sql_timeout");
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK(ask(db, "SELECT 1").find("[[1]]") != std::string::npos);
}

TEST_CASE("a query can be stopped from another thread") {
  const readonly db = box({.deadline = 60s});
  std::stop_source stop;
  std::jthread later{[&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  }};
  CHECK(failure_of([&] { db.select(endless, {}, stop.get_token()); }).code == "sql_cancelled");
  CHECK(failure_of([&] { db.select("SELECT 1", {}, stop.get_token()); }).code == "sql_cancelled");
  CHECK_NOTHROW(db.select("SELECT 1"));
}

TEST_CASE("many threads may ask one connection") {
  const readonly db = box();
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&right, db] {
      for (int i = 0; i < 50; ++i) right += db.select("SELECT id FROM logs").rows.size() == 3;
    });
  }
  threads.clear();
  CHECK(right == 200);
}

TEST_CASE("the heap limit of the process comes back after a query") {
  database other = database::memory();
  const auto limit = [&] {
    auto row = other.prepare("PRAGMA hard_heap_limit");
    REQUIRE(row.step());
    return row.integer(0);
  };
  const std::int64_t before = limit();
  const readonly db = box({.heap_bytes = 4 * 1024 * 1024});
  const std::string hungry =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 1000000) SELECT x FROM c ORDER "
      "BY -x";
  CHECK(refused(db, hungry).code == "sql_too_large");
  CHECK(limit() == before);
}

TEST_CASE("the bounded functions answer as the built-in ones do") {
  const readonly ours = box();
  database theirs = database::memory();
  for (const char* expression : {"trim('  a b ')",
                                 "trim('xxaxyx', 'xy')",
                                 "ltrim('éèa', 'èé')",
                                 "rtrim('aéè', 'é')",
                                 "rtrim('aéè', 'èé')",
                                 "trim('', 'a')",
                                 "trim('abc', '')",
                                 "trim(12321, '1')",
                                 "trim(NULL, 'a')",
                                 "trim('a', NULL)",
                                 "instr('añb', 'b')",
                                 "instr(x'61C3B162', x'62')",
                                 "instr('abc', '')",
                                 "instr('', 'a')",
                                 "instr(NULL, 'a')",
                                 "instr('aaab', 'aab')",
                                 "instr(12345, 34)",
                                 "replace('aaa', 'a', 'bb')",
                                 "replace('abc', '', 'x')",
                                 "replace('aaa', 'aa', 'b')",
                                 "replace('abc', 'c', '')",
                                 "replace(1213, 1, 9)",
                                 "replace('a', 'a', NULL)",
                                 "'Abc' LIKE 'a%'",
                                 "'abc' LIKE 'a_d'",
                                 "'50%' LIKE '50!%' ESCAPE '!'",
                                 "'x' LIKE NULL",
                                 "x'61' LIKE 'a'",
                                 "'Ä' LIKE 'ä'",
                                 "'abc' GLOB 'a*'",
                                 "'Abc' GLOB 'a*'",
                                 "'abc' GLOB '[a-b]?c'",
                                 "123 LIKE '1%'",
                                 "printf('%d|%5d|%-5d|%05d|%+d|%,d', 1, 2, 3, 4, 5, 1234567)",
                                 "printf('%.2f%%', 12.345)",
                                 "printf('%10.3e|%g|%G', 1234.5, 1e-7, 1e20)",
                                 "printf('%s|%8s|%-8s|%.2s', 'a', 'b', 'c', 'def')",
                                 "printf('%x %X %o %u', 255, 255, 8, -1)",
                                 "printf('%q %Q %w', 'it''s', 'it''s', 'a\"b')",
                                 "printf('%Q %s', NULL, NULL)",
                                 "printf('%c%c', 'xyz', 'é')",
                                 "printf('%5c|%-5c|%.3c', 'a', 'é', 'b')",
                                 "printf('%*d|%-*d|%.*f', 6, 1, 6, 2, 2, 3.14159)",
                                 "printf('%*d', -6, 1)",
                                 "printf('%d %d', 1)",
                                 "printf('%d', '12abc')",
                                 "printf('%lld %ld', 1, 2)",
                                 "printf('100%')",
                                 "printf(NULL)",

                                 "printf('%!5s|%!.2s', 'éé', 'ééé')",
                                 "printf('%i', 3.9)",
                                 "format('%d', 1)"}) {
    CAPTURE(expression);
    const std::string sql = std::string("SELECT quote(") + expression + ")";
    auto expected = theirs.prepare(sql);
    REQUIRE(expected.step());
    CHECK(one_cell(ours, sql) == expected.text(0));
  }
}

TEST_CASE("the bounded functions refuse what would take long") {
  const readonly db = box();
  CHECK(refused(db, "SELECT printf('%.*c', 2147483647, 'x')").code == "sql_runtime");
  CHECK(refused(db, "SELECT printf('%*d', -9223372036854775807 - 1, 1)").code == "sql_runtime");
  CHECK(refused(db, "SELECT printf('%99999999999999999999d', 1)").code == "sql_runtime");
  CHECK(refused(db, "SELECT printf('%n', 1)").code == "sql_runtime");
  CHECK(refused(db, "SELECT replace(printf('%.1000c', 'a'), 'a', printf('%.1000c', 'b'))").code ==
        "sql_too_large");
  CHECK(refused(db, "SELECT 'a' LIKE printf('%.500c', '%')").code == "sql_runtime");

  // 60 searches of a quarter of a second in a row, without a jump between them.
  const readonly quick = box({.deadline = 100ms});
  std::string sql =
      "WITH RECURSIVE c(s, n) AS (SELECT 'aaaaaaaa', 0 UNION ALL SELECT s || s, n + 1 FROM c WHERE n < 14)";
  for (int i = 0; i < 60; ++i) {
    sql += (i == 0 ? " SELECT s LIKE '%" : ", s LIKE '%") + std::string(240, 'a') + std::to_string(i) + "b%'";
  }
  const query_result one = quick.select("SELECT 1");
  const auto start = std::chrono::steady_clock::now();
  CHECK(refused(quick, sql + " FROM c WHERE n = 14").code == "sql_timeout");
  CHECK(std::chrono::steady_clock::now() - start < 3s);
}

TEST_CASE("quantiles and JSON tables are there") {
  const readonly db = box();
  CHECK(ask(db, "SELECT quantile_cont(id, 0.5) FROM logs").find("[[2.0]]") != std::string::npos);
  CHECK(ask(db, R"(SELECT sum(value) FROM json_each('[1,2,3]'))").find("[[6]]") != std::string::npos);
}

TEST_CASE("a snapshot stays as it was, and its source goes on") {
  database source = logs_and_secrets();
  const readonly copy = snapshot_readonly(source);
  source.exec("INSERT INTO logs VALUES(4, 'db', 'new'); DROP TABLE secrets;");
  CHECK(ask(copy, "SELECT count(*) FROM logs").find("[[3]]") != std::string::npos);
  CHECK(refused(copy, "DELETE FROM logs").code == "sql_denied");
  CHECK_NOTHROW(source.exec("SELECT printf('%.*c', 2000, 'x'), random()"));

  const transaction open{source};
  CHECK(failure_of([&] { snapshot_readonly(source); }).code == "sql_open");
}

TEST_CASE("a file is opened to read, if it is one and needs no files beside it") {
  const scratch_folder folder;
  {
    database db = database::open(folder / "a.db");
    db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(5); CREATE VIRTUAL TABLE words USING fts5(w);");
  }
  CHECK(ask(open_readonly(folder / "a.db"), "SELECT a FROM t").find("[[5]]") != std::string::npos);
  CHECK(open_readonly(folder / "a.db").schema_text().find("words(") == std::string::npos);
  CHECK(failure_of([&] { open_readonly(folder / "a.db", {.tables = {"words"}}); }).code == "sql_open");
  CHECK(failure_of([&] { open_readonly(folder / "a.db", {.tables = {"none"}}); }).code == "sql_open");

  std::filesystem::create_symlink(folder / "a.db", folder / "link.db");
  CHECK(failure_of([&] { open_readonly(folder / "link.db"); }).code == "sql_open");
  CHECK(failure_of([&] { open_readonly(folder / "none.db"); }).code == "sql_open");
  CHECK(failure_of([&] { open_readonly("file:a.db?mode=rwc"); }).code == "sql_open");
  CHECK(failure_of([&] { open_readonly(""); }).code == "sql_open");
}

TEST_CASE("a WAL database is read while a writer has it open, and refused otherwise") {
  const scratch_folder folder;
  {
    database writer = database::open(folder / "w.db");
    writer.exec("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(5);");
    CHECK(ask(open_readonly(folder / "w.db"), "SELECT a FROM t").find("[[5]]") != std::string::npos);
    CHECK(ask(snapshot_readonly(writer), "SELECT a FROM t").find("[[5]]") != std::string::npos);
  }
  const stook::failure why = failure_of([&] { open_readonly(folder / "w.db"); });
  CHECK(why.code == "sql_open");
  CHECK(why.message.find("WAL mode") != std::string::npos);
}

TEST_CASE("a database is locked down only if nothing else can use it") {
  const scratch_folder folder;
  CHECK(failure_of([&] { lock_readonly(database::open(folder / "a.db")); }).code == "sql_open");
  database db = logs_and_secrets();
  auto alive = db.prepare("DELETE FROM logs");
  CHECK(failure_of([&] { lock_readonly(std::move(db)); }).code == "sql_open");
}

TEST_CASE("LIKE with one pattern for many rows says what SQLite's own says") {
  database theirs = database::memory();
  theirs.exec("CREATE TABLE t(v)");
  auto insert = theirs.prepare("INSERT INTO t VALUES(?)");
  for (const char* text : {"timed out", "it TIMED OUT again", "timed ou", "", "xtimed outx", "über timed out",
                           "50% timed_out", "timed\tout", "K timed out"}) {
    insert.bind_all(text);
    insert.run();
    insert.reset();
  }
  theirs.exec(
      "INSERT INTO t VALUES(NULL), (7), (1234.5), (x'74696d6564206f7574'), "
      "('timed out' || char(0) || 'x'), ('x' || char(0) || 'timed out')");
  const readonly ours = snapshot_readonly(theirs);
  for (const char* pattern : {"%timed out%", "%TIMED OUT%", "%timed_out%", "%ti%", "%%", "%", "%timed%out%",
                              "timed out%", "%234%", "%ü%", "%out", "%d o%"}) {
    CAPTURE(pattern);
    const std::string sql = std::string("SELECT group_concat(quote(v LIKE '") + pattern + "')) FROM t";
    auto expected = theirs.prepare(sql);
    REQUIRE(expected.step());
    CHECK(one_cell(ours, sql) == expected.text(0));
  }
  // The pattern of each row.
  CHECK(
      one_cell(ours, "SELECT group_concat(quote('a timed out b' LIKE '%' || v || '%')) FROM t") ==
      one_cell(ours, "SELECT group_concat(quote('a timed out b' LIKE ('%' || v || '%') ESCAPE '!')) FROM t"));
}
