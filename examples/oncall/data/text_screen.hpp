#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/columns.hpp>
#include <oncall/data/input_report.hpp>
#include <oncall/screen/text_shape.hpp>

namespace stook::sre {

/// What every text of an input file passes through before anything else keeps it: secrets are masked by
/// `report.masks`, and text that reads like an instruction to an agent is noted, kept as what it is. Both go
/// into the report of the file with their lines. Not thread-safe.
class text_screen {
 public:
  explicit text_screen(input_report& report) : report_(report), passed_(passed_kept), shapes_(shapes_kept) {}

  /// The text to keep. The view lives until the next call, or as long as `text`.
  std::string_view operator()(std::string_view text, std::uint64_t line) {
    return text.empty() || passes_quickly(text) ? text : look(text, line);
  }

  void push_back(text_column& to, std::string_view text, std::uint64_t line) {
    to.push_back((*this)(text, line));
  }
  /// Each different text of such a column is looked at, and noted, once.
  void push_back(interned_column& to, std::string_view text, std::uint64_t line) {
    to.push_back(text, [&](std::string_view raw) { return (*this)(raw, line); });
  }

 private:
  static constexpr std::size_t passed_kept = 2048, shapes_kept = 1024;
  /// A short text that has passed, by its hash. One line of the cache.
  struct alignas(64) passed_text {
    std::uint8_t size = 0;  // 0 for none
    std::array<char, 63> bytes{};

    bool is(std::string_view text) const { return text == std::string_view{bytes.data(), size}; }
    void keep(std::string_view text);
  };
  /// A shape, and whether all texts that have it pass: most lines of a log differ from others in their
  /// numbers only.
  struct known_shape {
    text_shape shape;
    bool passes = false;
  };

  /// Identifiers and texts whose shape is known: proven to pass, without a look at each.
  bool passes_quickly(std::string_view text);
  std::string_view look(std::string_view text, std::uint64_t line);

  input_report& report_;
  std::vector<passed_text> passed_;
  std::vector<known_shape> shapes_;
  passed_text latest_hex_;  // the rows of a request follow each other, with its identifier in all of them
  std::string masked_;
  std::uint64_t suspected_line_ = 0;  // each line is counted once
};

}  // namespace stook::sre
