#pragma once

#include <string>
#include <vector>

#include <oncall/cli/terminal.hpp>

namespace stook::sre::cli {

/// Rows of text as aligned columns, for people.
class table {
 public:
  explicit table(std::vector<std::string> header) : header_(std::move(header)) {}

  /// As many cells as the header has; cells are made printable.
  void add(std::vector<std::string> cells);
  /// Columns whose every cell is a number stand to the right; cells over `widest` columns are cut.
  std::string text(const stream& to, std::size_t widest = 60) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace stook::sre::cli
