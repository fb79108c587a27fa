#include <oncall/data/cells.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <oncall/data/csv_reader.hpp>

namespace stook::sre {
namespace {

/// 10 digits are seconds from 2001 to 2286; the longer forms are the same span in finer units.
std::optional<timestamp> read_unix_time(std::string_view cell) {
  std::int64_t n = 0;
  const char* end = cell.data() + cell.size();
  if (const auto read = std::from_chars(cell.data(), end, n);
      read.ec != std::errc{} || read.ptr != end || n < 0) {
    return std::nullopt;
  }
  switch (cell.size()) {
    case 10:
      return timestamp::from_seconds(n);
    case 13:
      return timestamp::from_micros(n * 1000);
    case 16:
      return timestamp::from_micros(n);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<timestamp> read_instant(std::string_view cell, std::uint64_t line, input_report& report) {
  if (const auto iso = parse_timestamp(cell)) {
    if (!iso->had_zone) report.note(input_issue::no_zone, line, cell);
    return iso->value;
  }
  const auto unix_time = read_unix_time(cell);
  if (unix_time) report.note(input_issue::unix_time, line, cell);
  return unix_time;
}

bool is_missing(std::string_view cell) {
  constexpr std::array words{"nan", "null", "na", "n/a", "none", "-"};
  return cell.empty() ||
         std::ranges::any_of(words, [&](std::string_view word) { return same_name(word, cell); });
}

std::optional<double> read_number(std::string_view cell) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace stook::sre
