#include <stook/core/file.hpp>

#include <fstream>
#include <ios>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <stook/core/error.hpp>

namespace stook {

void write_whole_file(const std::filesystem::path& file, std::string_view text, std::string error_code) {
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
    throw error(std::move(error_code), fmt::format("{}: cannot write the file{}", file.string(),
                                                   why ? ": " + why.message() : "; is the disk full?"));
  }
}

}  // namespace stook
