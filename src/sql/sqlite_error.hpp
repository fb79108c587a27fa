#pragma once

#include <string>
#include <string_view>

#include <stook/core/error.hpp>
#include <stook/sql/fwd.hpp>

namespace stook::sqlite {

/// The latest error of a connection in SQLite's words, with the place in `sql` if SQLite knows one. Safe to
/// show, but for errors of a running statement it may quote data.
std::string describe_error(sqlite3* db, std::string_view sql);

/// That error as an exception with one of the codes sql_*. `sql` is what could not be prepared, empty for all
/// other errors.
error sqlite_error(sqlite3* db, std::string_view sql = {});

/// An SQL identifier in double quotes.
std::string quoted(std::string_view identifier);

}  // namespace stook::sqlite
