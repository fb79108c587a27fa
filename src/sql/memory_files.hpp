#pragma once

namespace stook::sqlite {

/// The name of a file system for SQLite that is the default one but for temporary files: those are memory of
/// SQLite's, which its heap limit counts, and never touch the disk. With it a connection may say
/// `temp_store=FILE`: then SQLite sorts in one piece of memory, where `temp_store=MEMORY` makes an allocation
/// for each row. Throws `error` if SQLite refuses it.
const char* memory_files();

}  // namespace stook::sqlite
