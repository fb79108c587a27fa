#pragma once

#include <filesystem>

namespace stook::sre::cli {

/// Creates the directory if need be. Throws `error` (output_directory) if it cannot be one that files are
/// written into: called before the work, so that no work is lost.
void prepare_directory(const std::filesystem::path& directory);

}  // namespace stook::sre::cli
