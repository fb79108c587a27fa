#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <oncall/data/input_report.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// The instant in a cell, or nothing. ISO-8601 as `parse_timestamp` reads it, or an integer of 10, 13 or 16
/// digits as seconds, milliseconds or microseconds since 1970. A missing zone and Unix time are noted.
std::optional<timestamp> read_instant(std::string_view cell, std::uint64_t line, input_report& report);

/// True for an empty cell and for the words that programs write for a missing number: NaN, null, NA, None, -.
bool is_missing(std::string_view cell);

/// The finite decimal number that is all of `cell`, or nothing. Independent of the locale.
std::optional<double> read_number(std::string_view cell);

}  // namespace stook::sre
