#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/tools/observations.hpp>
#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>
#include <stook/core/ascii.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {

struct sql_arguments {
  std::string query;
  int limit = 50;
  inputs_report inputs{};
};
STOOK_DESCRIBE(sql_arguments,
               (query, "One SELECT in SQLite's SQL", stook::length{1, 8000},
                stook::example{"\"SELECT service, count(*) AS n FROM logs WHERE ts >= '2026-01-15T14:52:00Z' "
                               "AND level = 'ERROR' GROUP BY service ORDER BY n DESC\""}),
               (limit, "Most rows to return", stook::between{1, 200}, stook::defaulted), (inputs))

namespace {

sql_report ask(investigation& about, const sql_arguments& a, const run_context& context) {
  const auto guard = about.lock();
  auto [found, seen] = search_tables(about.database(), about.span(), a.query,
                                     static_cast<std::size_t>(a.limit), context.stop());
  seen.call_id = context.call_id();
  const std::int64_t rows = seen.rows;
  sql_report out{.evidence = about.record("inputs", std::move(seen)),
                 .columns = std::move(found.columns),
                 .rows = std::move(found.rows),
                 .truncated = found.truncated};
  context.progress(fmt::format("{} row{} of {}", rows, rows == 1 ? "" : "s", fmt::join(out.columns, ", ")),
                   1);
  return out;
}

}  // namespace

namespace {

/// SQLite's functions of dates know the present by this word and by having no argument.
bool asks_for_the_present(std::string_view sql) {
  std::string text;
  for (const char c : sql) {
    if (c > ' ') text += ascii::to_lower(c);
  }
  constexpr std::array<std::string_view, 6> marks{"'now'",       "date()",      "time()",
                                                  "julianday()", "unixepoch()", "strftime()"};
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return text.find(mark) != std::string::npos; });
}

}  // namespace

table_search search_tables(const sqlite::readonly& tables, const time_span& all, std::string query,
                           std::size_t limit, std::stop_token stop) {
  if (asks_for_the_present(query)) {
    throw error(failure{.code = "sql_denied",
                        .message =
                            "the present time is not available: what is asked becomes evidence, which has "
                            "to read the same when it is asked again",
                        .hint = "write the instant itself, such as '2026-01-15T14:52:00Z'"});
  }
  table_search out{.found = tables.select(query, limit, std::move(stop)), .seen = {}};
  out.seen = {.tool = "sql_investigate",
              .query = std::move(query),
              .from = all.start,
              .to = all.end,
              .result = sqlite::to_json(out.found),
              .rows = static_cast<std::int64_t>(out.found.rows.size()),
              .truncated = out.found.truncated};
  return out;
}

tool sql_investigate_tool(std::shared_ptr<investigation> about) {
  return tool("sql_investigate",
              "Ask the loaded inputs one read-only SQL question. Tables: metrics (ts and a column for each "
              "metric), logs, events, topology; ts is UTC text such as 2026-01-15T14:52:00Z and compares as "
              "time. quantile_cont(x, 0.95) is there beside SQLite's own functions. Aggregate: results are "
              "cut at `limit` rows. A cell without a value is NULL.",
              {.effect = reads,
               .max_result = 24 * 1024,
               .exclusive = {"investigation", "database"},
               .inputs = {{"inputs", "inputs"}}},
              [about](sql_arguments a, const run_context& context) { return ask(*about, a, context); });
}

}  // namespace stook::sre
