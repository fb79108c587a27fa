// Takes part in the work `sql` of `run`: five questions that an investigation asks of logs.
//
//   bench_queries stook FILE   as sql_investigate answers them: authorizer, deadline, caps, JSON of the
//   result bench_queries step FILE    sqlite3_step on a connection without any of that, over the same tables

#include <array>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>
#include <boost/json.hpp>

#include <oncall/data/incident_data.hpp>
#include <oncall/tools/observations.hpp>
#include <stook/core/error.hpp>
#include <stook/sql/quantile.hpp>
#include <stook/sql/readonly.hpp>

#include "measure.hpp"

namespace {

using namespace stook::sre;
namespace sqlite = stook::sqlite;

struct question {
  const char* name;
  const char* sql;
};

#define INSIDE "ts >= '2026-01-15T14:52:00Z' AND ts < '2026-01-15T17:16:00Z'"

constexpr std::array questions{
    question{"service and kind in the window",
             "SELECT service, error_kind, count(*) AS n FROM logs WHERE " INSIDE
             " AND error_kind <> '' GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 40"},
    question{"worst minutes of the day",
             "SELECT substr(ts, 1, 16) AS minute, count(*) AS n FROM logs WHERE level = 'ERROR' "
             "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 40"},
    question{"p95 by service in the window",
             "SELECT service, quantile_cont(latency_ms, 0.95) FROM logs WHERE " INSIDE
             " GROUP BY 1 ORDER BY 1"},
    question{"users with most errors",
             "SELECT user_id, count(*) AS n, count(DISTINCT trace_id) FROM logs WHERE level = 'ERROR' "
             "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10"},
    question{"inside against outside",
             "SELECT CASE WHEN " INSIDE " THEN 'inside' ELSE 'outside' END AS part, count(*), "
             "sum(level = 'ERROR') * 1.0 / count(*), sum(message LIKE '%timed out%') FROM logs "
             "GROUP BY 1 ORDER BY 1"},
};

#undef INSIDE

constexpr std::size_t most_rows = 50;

std::string text_of(double value) { return fmt::format("{:.9g}", value); }

std::string text_of(const sqlite::cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return std::to_string(*integer);
  const auto* real = std::get_if<double>(&cell);
  return real != nullptr ? text_of(*real) : "";
}

std::string answer_of(const sqlite::query_result& result) {
  boost::json::array rows;
  for (const auto& row : result.rows) {
    std::vector<std::string> cells;
    for (const sqlite::cell& cell : row) cells.push_back(text_of(cell));
    rows.emplace_back(fmt::format("{}", fmt::join(cells, "|")));
  }
  return boost::json::serialize(rows);
}

struct finalizer {
  void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};

/// What somebody writes who trusts the SQL: the rows, as they come.
sqlite::query_result step(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &made, nullptr);
  const std::unique_ptr<sqlite3_stmt, finalizer> query{made};
  if (!query) throw std::runtime_error(sqlite3_errmsg(db));
  sqlite::query_result out;
  const int columns = sqlite3_column_count(query.get());
  while (sqlite3_step(query.get()) == SQLITE_ROW) {
    auto& row = out.rows.emplace_back();
    for (int i = 0; i < columns; ++i) {
      switch (sqlite3_column_type(query.get(), i)) {
        case SQLITE_INTEGER:
          row.emplace_back(std::int64_t{sqlite3_column_int64(query.get(), i)});
          break;
        case SQLITE_FLOAT:
          row.emplace_back(sqlite3_column_double(query.get(), i));
          break;
        case SQLITE_NULL:
          row.emplace_back();
          break;
        default:
          row.emplace_back(std::string{reinterpret_cast<const char*>(sqlite3_column_text(query.get(), i))});
      }
    }
  }
  return out;
}

template <typename Ask>
void measure(const Ask& ask) {
  double all = 0;
  for (const question& q : questions) {
    sqlite::query_result found;
    const double one = analytics::cpu_of_one([&] { found = ask(q.sql); });
    all += one;
    analytics::print_figure(q.name, one, answer_of(found));
  }
  analytics::print_figure("all five", all, "\"the sum\"");
}

void run(std::string_view who, const char* file) {
  sqlite::database db = load_incident({.logs = file}).database;
  if (who == "step") {
    sqlite::add_quantile_cont(db);
    return measure([&](const char* sql) { return step(db.handle(), sql); });
  }
  if (who != "stook") throw std::runtime_error(fmt::format("expected stook or step, got {}", who));
  sqlite::readonly_options limits = limits_of_question(db);
  limits.deadline =
      std::chrono::minutes{2};  // a machine under load is no error; looking at the clock costs the same
  const sqlite::readonly tables = sqlite::lock_readonly(std::move(db), limits);
  measure([&](const char* sql) { return search_tables(tables, {}, sql, most_rows).found; });
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 3) throw std::runtime_error("expected: bench_queries stook|step FILE");
    run(arguments[1], arguments[2]);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "bench_queries: " << e.what() << '\n';
    return 1;
  }
}
