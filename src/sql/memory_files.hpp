#pragma once

struct sqlite3;

namespace stook::sqlite {

/// The name of a file system for SQLite that is the default one but for temporary files: those are memory of
/// SQLite's, which its heap limit counts, and never touch the disk. With it a connection may say
/// `temp_store=FILE`: then SQLite sorts in one piece of memory, where `temp_store=MEMORY` makes an allocation
/// for each row. Throws `error` if SQLite refuses it.
const char* memory_files();

/// Marks a connection that was opened with it, and tells of a connection whether it was.
void mark_memory_files(sqlite3* db);
bool has_memory_files(sqlite3* db);

}  // namespace stook::sqlite
