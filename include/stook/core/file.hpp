#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace stook {

/// Writes a file whole or not at all: as FILE.unfinished first, which then takes its place. Throws `error`
/// with the code given if that fails; what stood in the file before still stands there then. Not for a file
/// that two write at once.
void write_whole_file(const std::filesystem::path& file, std::string_view text,
                      std::string error_code = "file_write");

}  // namespace stook
