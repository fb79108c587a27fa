#pragma once

struct sqlite3;

namespace stook::sqlite {

// What SQLite has instead of a member of a connection for a program's data: a collation, which a statement
// may name without harm.

inline constexpr const char* memory_files_mark = "stook_memory_files";  ///< opened with `memory_files()`
/// Every page of its database was written or checked by this process: by `sorted_table`, or by SQLite.
inline constexpr const char* sound_pages_mark = "stook_sound_pages";

/// Throws `error` if SQLite refuses it.
void mark(sqlite3* db, const char* name);
void unmark(sqlite3* db, const char* name);
bool has_mark(sqlite3* db, const char* name);

}  // namespace stook::sqlite
