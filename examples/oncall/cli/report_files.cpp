#include <oncall/cli/report_files.hpp>

#include <fstream>
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

void write_file(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path unfinished = file;
  unfinished += ".unfinished";
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  std::error_code why;
  if (out) std::filesystem::rename(unfinished, file, why);
  if (!out || why) {
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    throw error("output_write", fmt::format("{}: cannot write the file{}", file.string(),
                                            why ? ": " + why.message() : "; is the disk full?"));
  }
}

}  // namespace stook::sre::cli
