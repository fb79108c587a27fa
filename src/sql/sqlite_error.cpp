#include "sql/sqlite_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "sql/visible_text.hpp"

namespace stook::sqlite {
namespace {

constexpr std::size_t message_bytes = 300;
constexpr std::size_t excerpt_bytes = 40;

const char* code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "sql_busy";
    case SQLITE_CONSTRAINT:
      return "sql_constraint";
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
    case SQLITE_FULL:
      return "sql_too_large";
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return "sql_denied";
    case SQLITE_CANTOPEN:
      return "sql_open";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "sql_corrupt";
    default:
      return "sql_failed";
  }
}

}  // namespace

std::string describe_error(sqlite3* db, std::string_view sql) {
  std::string text = visible_text(sqlite3_errmsg(db), message_bytes).text;
  const int at = sqlite3_error_offset(db);
  if (at >= 0 && static_cast<std::size_t>(at) < sql.size()) {
    text += fmt::format(", at byte {} of the SQL, before: {}", at,
                        visible_text(sql.substr(static_cast<std::size_t>(at)), excerpt_bytes).text);
  }
  return text;
}

error sqlite_error(sqlite3* db, std::string_view sql) {
  const int result = sqlite3_extended_errcode(db);
  const std::string code = result == SQLITE_ERROR && !sql.empty() ? "sql_syntax" : code_of(result);
  return error{failure{.code = code, .message = describe_error(db, sql), .retryable = code == "sql_busy"}};
}

std::string quoted(std::string_view identifier) {
  std::string out = "\"";
  for (char c : identifier) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace stook::sqlite
