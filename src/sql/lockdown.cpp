// The controls, and what each is there for. tests/sql/hostile_sql_test.cpp holds them to a list of attacks.
//
//   open read-only, query_only, DEFENSIVE       no write reaches the file
//   authorizer: tables                          no other table, not the schema, no pragma_* table
//   authorizer: functions, actions              no ATTACH, PRAGMA, VACUUM INTO, extension, random()
//   TRUSTED_SCHEMA=0, no triggers               views of a hostile file call only harmless functions
//   one statement, sqlite3_stmt_readonly        no second statement behind the first
//   sqlite3_limit                               no huge text, few statements that take long to prepare
//   heap limit, no temporary file on the disk   no sort or group that fills the memory or the disk
//   own printf, trim, instr, replace, LIKE      no call that runs for minutes while no handler is asked
//   progress handler, authorizer, between rows  the deadline, and a request to stop
//   caps on rows, bytes, cells                  no flood of output

#include "sql/lockdown.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <set>

#include <stook/core/ascii.hpp>
#include <stook/sql/quantile.hpp>

#include "sql/bounded_functions.hpp"
#include "sql/connection_mark.hpp"
#include "sql/sqlite_error.hpp"
#include "sql/visible_text.hpp"

namespace stook::sqlite {
namespace {

constexpr std::size_t name_bytes = 128;

/// Not here: what a replay could not check (random, current_time, changes), what reaches out (load_extension,
/// readfile, fts3_tokenizer), what costs more than it tells (zeroblob, soundex), and the writers of JSON:
/// json_patch needs quadratic time in one call.
constexpr std::string_view functions[] = {
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_object",
    "json_quote",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quantile_cont",
    "quote",
    "radians",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "strftime",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
};
static_assert(std::is_sorted(std::begin(functions), std::end(functions)));

using ascii::to_lower;  // as SQLite compares names

void configure(sqlite3* db) {
  constexpr std::pair<int, int> settings[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
  };
  for (const auto& [setting, value] : settings) {
    int now = -1;
    if (sqlite3_db_config(db, setting, value, &now) != SQLITE_OK || now != value) {
      throw error{"sql_open",
                  fmt::format("this SQLite refuses the setting {} that the sandbox needs", setting)};
    }
  }
}

void limit(sqlite3* db) {
  constexpr std::pair<int, int> limits[] = {
      {SQLITE_LIMIT_LENGTH, 256 * 1024},
      {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(longest_sql)},
      {SQLITE_LIMIT_COLUMN, 100},
      {SQLITE_LIMIT_EXPR_DEPTH, 100},
      {SQLITE_LIMIT_COMPOUND_SELECT, 20},
      {SQLITE_LIMIT_VDBE_OP, 25'000},
      {SQLITE_LIMIT_FUNCTION_ARG, 32},
      {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  for (const auto& [which, value] : limits) sqlite3_limit(db, which, value);
}

/// Where SQLite sorts: never on the disk. With temporary files that are memory it may sort "in a file", which
/// it does in one piece of memory as large as the cache may be; with `temp_store=MEMORY` it makes an
/// allocation for each row. An eighth of the heap is left to the rest of the query.
std::string sorting_of(database& db, std::int64_t heap_bytes) {
  if (!has_mark(db.handle(), memory_files_mark)) return "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4000;";
  constexpr std::int64_t most = 512 * 1024;  // KiB, SQLite's own bound on a sort
  const std::int64_t kib = heap_bytes > 0 ? heap_bytes / 1024 * 7 / 8 : most;
  return fmt::format("PRAGMA temp_store=FILE; PRAGMA cache_size=-{};",
                     std::clamp<std::int64_t>(kib, 1, most));
}

}  // namespace

void lock_down(database& db, watch& over_queries, std::int64_t heap_bytes) {
  configure(db.handle());
  db.exec("PRAGMA query_only=1;");
  // A look at every cell of every page that a query reads, a seventh of the time of one that reads them all.
  if (!has_mark(db.handle(), sound_pages_mark)) db.exec("PRAGMA cell_size_check=1;");
  db.exec(sorting_of(db, heap_bytes));
  // A file may shrink under its readers; pages in memory stay, and need no cache.
  sqlite3_int64 in_memory = 0;
  if (sqlite3_serialize(db.handle(), "main", &in_memory, SQLITE_SERIALIZE_NOCOPY) == nullptr) in_memory = 0;
  db.exec(fmt::format("PRAGMA mmap_size={}", in_memory));
  add_bounded_functions(db, over_queries);
  add_quantile_cont(db);
  // The first use of a table-valued function declares a table, which an authorizer sees as a write to the
  // schema: the two that are allowed are used here, before there is one. The others stay blocked by the same
  // effect.
  db.exec("SELECT 1 FROM json_each('[]'); SELECT 1 FROM json_tree('[]');");
  limit(db.handle());
}

access_rules::access_rules(database& db, const std::vector<std::string>& tables) {
  std::set<std::string> ordinary;
  auto list = db.prepare(
      "SELECT name, type FROM pragma_table_list WHERE schema='main' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
      "'\\'");
  while (list.step()) {
    taken_.insert(to_lower(list.text(0)));
    if (list.text(1) == "table" || list.text(1) == "view") ordinary.emplace(list.text(0));
  }
  auto modules = db.prepare("SELECT name FROM pragma_module_list");
  while (modules.step()) taken_.insert(to_lower(modules.text(0)));

  for (const std::string& table : tables) {
    const auto same = [&](const std::string& name) { return to_lower(name) == to_lower(table); };
    if (std::none_of(ordinary.begin(), ordinary.end(), same)) {
      throw error{"sql_open",
                  fmt::format("the list of readable tables names {}, which is no ordinary table or view "
                              "of the database",
                              visible_text(table, name_bytes).text)};
    }
    readable_.insert(to_lower(table));
  }
  for (const std::string& name : ordinary) {
    if (tables.empty() || readable_.contains(to_lower(name))) allow(db, name);
  }
  readable_.insert({"json_each", "json_tree"});
}

void access_rules::allow(database& db, const std::string& table) {
  readable_.insert(to_lower(table));
  const std::string shown = visible_text(table, name_bytes).text;
  names_ += (names_.empty() ? "" : ", ") + shown;
  schema_text_ += shown + '(';
  auto columns = db.prepare("SELECT name, type FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1");
  columns.bind(1, table);
  for (const char* comma = ""; columns.step(); comma = ", ") {
    schema_text_ += comma + visible_text(columns.text(0), name_bytes).text;
    if (!columns.text(1).empty()) schema_text_ += ' ' + visible_text(columns.text(1), name_bytes).text;
  }
  schema_text_ += ")\n";
}

bool access_rules::may_read(std::string_view object, const char* schema) const {
  const std::string name = to_lower(object);
  if (schema != nullptr && std::string_view{schema} != "main") return false;
  if (readable_.contains(name)) return true;
  // `SELECT count(*) FROM t` asks for a table of no schema, whether t is a table or the name of a CTE. What
  // is not the name of anything real must be a CTE.
  return schema == nullptr && !taken_.contains(name) && !name.starts_with("sqlite_") &&
         !name.starts_with("pragma_");
}

bool access_rules::may_call(std::string_view function) {
  return std::binary_search(std::begin(functions), std::end(functions), to_lower(function));
}

std::string describe_action(int action, const char* first, const char* second) {
  const auto named = [](const char* kind, const char* name) {
    return fmt::format("{} {}", kind, visible_text(name != nullptr ? name : "", name_bytes).text);
  };
  switch (action) {
    case SQLITE_READ:
      return named("table", first);
    case SQLITE_FUNCTION:
      return named("function", second) + "()";
    case SQLITE_PRAGMA:
      return named("PRAGMA", first);
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return "ATTACH or DETACH";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction";
    default:
      return "a statement that writes";
  }
}

}  // namespace stook::sqlite
