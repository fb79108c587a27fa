#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <oncall/data/input_report.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// The instant in a cell, or nothing. ISO-8601 as `parse_timestamp` reads it, or an integer of 10, 13 or 16
/// digits as seconds, milliseconds or microseconds since 1970. A missing zone and Unix time are noted.
std::optional<timestamp> read_instant(std::string_view cell, std::uint64_t line, input_report& report);

/// The same for a column: instants in one minute, as `2026-01-02T03:04:05.678Z`, are read by their seconds
/// alone, for the others of a log are mostly those of the row before.
class instant_reader {
 public:
  explicit instant_reader(input_report& report) : report_(report) {}
  std::optional<timestamp> read(std::string_view cell, std::uint64_t line);

 private:
  bool in_same_minute(std::string_view cell, timestamp& out) const;

  input_report& report_;
  std::string minute_{};  // 2026-01-02T03:04: of the latest, empty if it has another form
  timestamp start_{};     // of that minute
};

/// True for an empty cell and for the words that programs write for a missing number: NaN, null, NA, None, -.
bool is_missing(std::string_view cell);

/// The finite decimal number that is all of `cell`, or nothing. Independent of the locale.
std::optional<double> read_number(std::string_view cell);

/// The same; NaN for a missing one, and for what is none, which is noted.
double number_or_nan(std::string_view cell, std::uint64_t line, input_report& report);

}  // namespace stook::sre
