#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <oncall/data/columns.hpp>
#include <oncall/data/input_report.hpp>

namespace stook::sre {

/// What every text of an input file passes through before anything else keeps it: secrets are masked by
/// `report.masks`, and text that reads like an instruction to an agent is noted, kept as what it is. Both go
/// into the report of the file with their lines. Not thread-safe.
class text_screen {
 public:
  explicit text_screen(input_report& report) : report_(report) {}

  /// The text to keep. The view lives until the next call, or as long as `text`.
  std::string_view operator()(std::string_view text, std::uint64_t line);

  void push_back(text_column& to, std::string_view text, std::uint64_t line) {
    to.push_back((*this)(text, line));
  }
  /// Each different text of such a column is looked at, and noted, once.
  void push_back(interned_column& to, std::string_view text, std::uint64_t line) {
    to.push_back(text, [&](std::string_view raw) { return (*this)(raw, line); });
  }

 private:
  input_report& report_;
  std::string masked_;
  std::uint64_t suspected_line_ = 0;  // each line is counted once
};

}  // namespace stook::sre
