#include "measure.hpp"

#include <iostream>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "process.hpp"

namespace analytics {
namespace {

struct finalizer {
  void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};

std::string one_text(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* made = nullptr;
  sqlite3_prepare_v2(db, sql.c_str(), -1, &made, nullptr);
  const std::unique_ptr<sqlite3_stmt, finalizer> query{made};
  if (!query || sqlite3_step(query.get()) != SQLITE_ROW) throw std::runtime_error(sqlite3_errmsg(db));
  return reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0));
}

}  // namespace

double cpu_of_one(const std::function<void()>& work, double least) {
  work();
  for (int runs = 1;; runs *= 2) {
    const double begin = process::cpu_seconds();
    for (int i = 0; i < runs; ++i) work();
    const double spent = process::cpu_seconds() - begin;
    if (spent >= least) return spent / runs;
  }
}

void print_figure(const std::string& figure, double cpu_seconds, const std::string& answer) {
  std::cout << fmt::format(R"({{"figure":"{}","cpu_seconds":{},"peak_kib":{},"answer":{}}})", figure,
                           cpu_seconds, process::peak_kib(), answer)
            << std::endl;
}

std::string summary_of_logs(sqlite3* db, const std::string& micros) {
  const std::string sums = fmt::format(
      "SELECT json_object('rows', count(*), 'micros', sum({} % 1000000000), 'tenths', "
      "sum(CAST(round(latency_ms * 10) AS INTEGER)), 'message_bytes', sum(length(message))) FROM logs",
      micros);
  const std::string kinds =
      "SELECT json_group_object(kind, n) FROM (SELECT coalesce(error_kind, '') AS kind, count(*) AS n "
      "FROM logs GROUP BY 1 ORDER BY 1)";
  return fmt::format(R"({{"sums":{},"kinds":{}}})", one_text(db, sums), one_text(db, kinds));
}

}  // namespace analytics
