#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <stook/sql/database.hpp>

#include "sql/watch.hpp"

namespace stook::sqlite {

/// The most SQL that is looked at, in bytes.
inline constexpr std::size_t longest_sql = 32 * 1024;

/// Turns a connection into one on which hostile SQL is cheap and harmless: settings, limits, bounded
/// functions. What it leaves to the caller is the authorizer (see `access_rules`), the progress handler and
/// the caps of the output. `over_queries` must outlive the connection.
void lock_down(database& db, watch& over_queries, std::int64_t heap_bytes);

/// Which tables, views and functions a statement may name.
class access_rules {
 public:
  /// Reads the schema of `db`. An empty list allows every ordinary table and view. Throws for a name that is
  /// not there, and for a virtual table.
  access_rules(database& db, const std::vector<std::string>& tables);

  /// `schema` as the authorizer gives it: null if the SQL names none and the object has none.
  bool may_read(std::string_view object, const char* schema) const;
  static bool may_call(std::string_view function);

  /// The allowed tables and views with their columns, a line each, sorted.
  const std::string& schema_text() const noexcept { return schema_text_; }

  /// Their names only, in one line.
  const std::string& names() const noexcept { return names_; }

 private:
  void allow(database& db, const std::string& table);

  std::unordered_set<std::string> readable_;  // in lower case, as all names here
  std::unordered_set<std::string> taken_;     // every object and module: what the name of a CTE must not be
  std::string schema_text_, names_;
};

/// What an action of the authorizer is called in a message: "table secrets", "function random()", "PRAGMA".
std::string describe_action(int action, const char* first, const char* second);

}  // namespace stook::sqlite
