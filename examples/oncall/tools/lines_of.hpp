#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace stook::sre {

/// The lines of a text, without their ends.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream from(text);
  for (std::string line; std::getline(from, line);) out.push_back(std::move(line));
  return out;
}

}  // namespace stook::sre
