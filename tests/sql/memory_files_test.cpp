#include "sql/connection_mark.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>

#include <stook/sql/database.hpp>
#include <stook/sql/readonly.hpp>

#include "failing.hpp"
#include "scratch.hpp"

using namespace stook::sqlite;

namespace {

/// Files that are open and have no name any more, as SQLite's temporary ones.
int files_without_name() {
  int out = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
    out += target.ends_with("(deleted)") && target.find("etilqs") != std::string::npos;
  }
  return out;
}

constexpr const char* many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000)";

}  // namespace

TEST_CASE("what does not fit into the cache of a sort is memory that SQLite counts") {
  database db = database::memory();
  CHECK(has_mark(db.handle(), memory_files_mark));
  db.exec("PRAGMA temp_store=FILE; PRAGMA cache_size=10");
  db.exec(std::string("CREATE TABLE t AS ") + many +
          " SELECT i, hex(i * 7919 % 60000) || 'some more text' AS s FROM n");
  const auto before = sqlite3_memory_used();
  auto sorted = db.prepare("SELECT s, i FROM t ORDER BY s, i DESC");
  std::string last;
  int rows = 0, wrong = 0;
  std::int64_t most = 0;
  int files = 0;
  while (sorted.step()) {
    std::string s{sorted.text(0)};
    wrong += s < last;
    last = std::move(s);
    if (++rows == 30'000) {
      most = sqlite3_memory_used() - before;
      files = files_without_name();
    }
  }
  CHECK(rows == 60'000);
  CHECK(wrong == 0);
  CHECK(most > 60'000 * 20);
  CHECK(files == 0);
  // A table of its own that SQLite writes and looks into, larger than its cache.
  auto distinct = db.prepare("SELECT count(DISTINCT s || s || s), count(DISTINCT i % 1000) FROM t");
  REQUIRE(distinct.step());
  CHECK(distinct.integer(0) == 60'000);
  CHECK(distinct.integer(1) == 1'000);
}

TEST_CASE("a query that would fill the disk fills its own heap, and ends") {
  const readonly db =
      lock_readonly(database::memory(), {.deadline = std::chrono::seconds{60}, .heap_bytes = 8 << 20});
  const std::string rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) ";
  for (const char* rest : {"SELECT count(DISTINCT printf('%0200d', i)) FROM n",
                           "SELECT printf('%0200d', -i) AS s FROM n ORDER BY s",
                           "SELECT s, count(*) FROM (SELECT printf('%0200d', -i) AS s FROM n) GROUP BY s",
                           "SELECT printf('%0200d', i) FROM n UNION SELECT 'x'"}) {
    CAPTURE(rest);
    CHECK(failure_of([&] { db.select(rows + rest); }).code == "sql_too_large");
    CHECK(files_without_name() == 0);
  }
}

TEST_CASE("a database in a file keeps its own file system") {
  const scratch_folder dir;
  database db = database::open(dir / "data.db");
  CHECK_FALSE(has_mark(db.handle(), memory_files_mark));
  db.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  CHECK(std::filesystem::file_size(dir / "data.db") > 0);
}
