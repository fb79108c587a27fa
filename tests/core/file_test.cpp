#include <stook/core/file.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include <stook/core/error.hpp>

namespace fs = std::filesystem;

namespace {

struct folder {
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }
  fs::path path = fs::temp_directory_path() / ("stook_file_" + std::to_string(getpid()));
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a file is replaced by its new text, and nothing stays beside it") {
  const folder in;
  stook::write_whole_file(in.path / "a", "first, and long");
  stook::write_whole_file(in.path / "a", std::string("two\0", 4));
  CHECK(text_of(in.path / "a") == std::string("two\0", 4));
  CHECK(std::distance(fs::directory_iterator(in.path), {}) == 1);
}

TEST_CASE("where the new text cannot take the place, the old stays and the error names the file") {
  const folder in;
  fs::create_directories(in.path / "taken" / "by a directory");
  try {
    stook::write_whole_file(in.path / "taken", "text", "here");
    FAIL("no error");
  } catch (const stook::error& e) {
    CHECK(e.code() == "here");
    CHECK(std::string(e.what()).find("taken: cannot write the file: ") != std::string::npos);
  }
  CHECK(std::distance(fs::directory_iterator(in.path), {}) == 1);
  CHECK_THROWS_AS(stook::write_whole_file(in.path / "none" / "a", "text"), stook::error);
}
