#include <oncall/cli/output_directory.hpp>

#include <system_error>

#include <unistd.h>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook::sre::cli {

void prepare_directory(const std::filesystem::path& directory) {
  std::error_code why;
  std::filesystem::create_directories(directory, why);
  if (!std::filesystem::is_directory(directory)) {
    throw error("output_directory",
                fmt::format("{}: expected a directory for the report, or a name to make one{}",
                            directory.string(), why ? ": " + why.message() : ""));
  }
  if (access(directory.c_str(), W_OK | X_OK) != 0)
    throw error("output_directory",
                fmt::format("{}: this directory cannot be written to", directory.string()));
}

}  // namespace stook::sre::cli
