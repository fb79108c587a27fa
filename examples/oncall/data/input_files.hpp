#pragma once

#include <filesystem>

namespace stook::sre {

/// The files of an incident. An empty path stands for a file that there is not; at least one must be given.
struct input_files {
  std::filesystem::path metrics{};
  std::filesystem::path logs{};
  std::filesystem::path events{};
  std::filesystem::path topology{};
};

}  // namespace stook::sre
