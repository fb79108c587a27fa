#pragma once

#include <filesystem>
#include <string>

#include <stook/sql/database.hpp>

namespace stook::sqlite {

/// The name for sqlite3_open_v2. Throws on what SQLite would not read as a plain file: "", ":memory:", and
/// "file:...", which builds with SQLITE_USE_URI (Debian's is one) take for a URI even without
/// SQLITE_OPEN_URI.
std::string checked_file_name(const std::filesystem::path& file);

/// sqlite3_open_v2 with an exception for an error code.
database open_handle(const std::string& name, int flags);

/// An empty database in memory, whose temporary files are in memory too.
database open_memory();

}  // namespace stook::sqlite
