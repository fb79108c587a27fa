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

constexpr std::size_t minute_bytes = 17;  // 2026-01-02T03:04:

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

std::optional<timestamp> instant_reader::in_same_minute(std::string_view cell) const {
  if (minute_.empty() || cell.size() < minute_bytes + 3 || !cell.starts_with(minute_) || cell.back() != 'Z')
    return std::nullopt;
  const std::string_view rest = cell.substr(minute_bytes);  // 05Z, 05.678Z
  if (rest[0] < '0' || rest[0] > '5' || !is_digit(rest[1])) return std::nullopt;
  std::int64_t micros = ((rest[0] - '0') * 10 + (rest[1] - '0')) * std::int64_t{1'000'000};
  if (rest.size() > 3) {
    if (rest[2] != '.' || rest.size() < 5) return std::nullopt;
    std::int64_t unit = 100'000;
    for (std::size_t i = 3; i + 1 < rest.size(); ++i, unit /= 10) {
      if (!is_digit(rest[i])) return std::nullopt;
      micros += (rest[i] - '0') * unit;
    }
  }
  return start_ + std::chrono::microseconds{micros};
}

std::optional<timestamp> instant_reader::read(std::string_view cell, std::uint64_t line) {
  if (const auto quick = in_same_minute(cell)) return quick;
  const auto out = read_instant(cell, line, report_);
  minute_.clear();
  // A second 60 is one of the next minute.
  if (out && cell.size() > minute_bytes && cell[10] == 'T' && cell[13] == ':' && cell[16] == ':' &&
      cell[17] < '6' && cell.back() == 'Z') {
    const std::int64_t second = out->seconds();
    minute_ = cell.substr(0, minute_bytes);
    start_ = timestamp::from_seconds(second - ((second % 60) + 60) % 60);
  }
  return out;
}

bool is_missing(std::string_view cell) {
  constexpr std::array words{"nan", "null", "na", "n/a", "none", "-"};
  if (cell.empty()) return true;
  if (is_digit(cell.front())) return false;  // as most are
  return std::ranges::any_of(words, [&](std::string_view word) { return same_name(word, cell); });
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
