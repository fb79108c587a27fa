#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stook::sre {

/// Where the lines of a buffer end and where commas stand in them, found 64 bytes at once as simdjson finds
/// the signs of JSON (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019); and which lines
/// need no grammar to be split.
class line_index {
 public:
  /// The lines of `bytes`, each up to its newline; what is behind the last newline is none. Forgets those of
  /// before. Positions count from the begin of `bytes`, of which at most 4 GB are looked at.
  void scan(std::string_view bytes);

  std::size_t lines() const { return lines_.size(); }
  /// The position of the newline.
  std::size_t newline(std::size_t line) const { return marks_[lines_[line].newline]; }
  /// The positions of its commas, then that of its newline.
  std::span<const std::uint32_t> marks(std::size_t line) const {
    const std::size_t first = line == 0 ? 0 : lines_[line - 1].newline + std::size_t{1};
    return {marks_.data() + first, lines_[line].newline + 1 - first};
  }
  /// True if its fields are what stands between the marks: ASCII without NUL and without quotes, no blank
  /// beside a mark, no carriage return but before the newline.
  bool plain(std::size_t line) const { return lines_[line].plain; }

 private:
  class scanner;
  struct line_end {
    std::uint32_t newline = 0;  // in `marks_`
    bool plain = false;
  };

  std::vector<std::uint32_t> marks_;
  std::vector<line_end> lines_;
};

}  // namespace stook::sre
