#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace stook::sre::cli {

/// Creates the directory if need be. Throws `error` (output_directory) if it cannot be one that files are
/// written into: called before the work, so that no work is lost.
void prepare_directory(const std::filesystem::path& directory);

/// Writes a file whole or not at all: under another name first, then renamed. Throws `error` (output_write).
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace stook::sre::cli
