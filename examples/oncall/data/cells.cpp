#include <oncall/data/cells.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <stook/core/ascii.hpp>

#include <oncall/data/csv_reader.hpp>

namespace stook::sre {
namespace {

// What is read for each cell goes into an argument: an optional that is passed on is copied as one read of
// what were two writes, for which the processor waits.

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

/// Digits with a point between or before some of them, as most numbers are. Both the digits as an integer and
/// the power of ten are exact in a double, so their quotient is rounded once, as it must be (Clinger, "How to
/// read floating point numbers accurately", 1990).
bool read_short_decimal(std::string_view cell, double& out) {
  static constexpr std::array powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                     1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
  if (cell.empty() || cell.size() > powers.size()) return false;
  std::uint64_t digits = 0;
  std::size_t point = cell.size();
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const auto digit = static_cast<unsigned>(cell[i]) - '0';
    if (digit < 10) {
      digits = digits * 10 + digit;
    } else if (cell[i] == '.' && point == cell.size() && i + 1 < cell.size()) {
      point = i;
    } else {
      return false;
    }
  }
  const std::size_t behind = point == cell.size() ? 0 : cell.size() - point - 1;
  out = static_cast<double>(digits) / powers[behind];
  return true;
}

constexpr std::size_t minute_bytes = 17;  // 2026-01-02T03:04:

using ascii::is_digit;

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

bool instant_reader::in_same_minute(std::string_view cell, timestamp& out) const {
  constexpr std::size_t with_millis = 24;  // 2026-01-02T03:04:05.678Z
  if (cell.size() == with_millis && minute_.size() == minute_bytes &&
      std::memcmp(cell.data(), minute_.data(), minute_bytes) == 0) {
    const auto digit = [&](std::size_t i) { return static_cast<unsigned>(cell[i]) - '0'; };
    const unsigned s1 = digit(17), s2 = digit(18), m1 = digit(20), m2 = digit(21), m3 = digit(22);
    if (s1 < 6 && s2 < 10 && m1 < 10 && m2 < 10 && m3 < 10 && cell[19] == '.' && cell[23] == 'Z') {
      out = start_ + std::chrono::milliseconds{(s1 * 10 + s2) * 1000 + m1 * 100 + m2 * 10 + m3};
      return true;
    }
  }
  if (minute_.empty() || cell.size() < minute_bytes + 3 || !cell.starts_with(minute_) || cell.back() != 'Z')
    return false;
  const std::string_view rest = cell.substr(minute_bytes);  // 05Z, 05.678Z
  if (rest[0] < '0' || rest[0] > '5' || !is_digit(rest[1])) return false;
  std::int64_t micros = ((rest[0] - '0') * 10 + (rest[1] - '0')) * std::int64_t{1'000'000};
  if (rest.size() > 3) {
    if (rest[2] != '.' || rest.size() < 5) return false;
    std::int64_t unit = 100'000;
    for (std::size_t i = 3; i + 1 < rest.size(); ++i, unit /= 10) {
      if (!is_digit(rest[i])) return false;
      micros += (rest[i] - '0') * unit;
    }
  }
  out = start_ + std::chrono::microseconds{micros};
  return true;
}

std::optional<timestamp> instant_reader::read(std::string_view cell, std::uint64_t line) {
  if (timestamp quick; in_same_minute(cell, quick)) return quick;
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
  if (double quick = 0; read_short_decimal(cell, quick)) return quick;
  if (cell.starts_with('+')) cell.remove_prefix(1);
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

double number_or_nan(std::string_view cell, std::uint64_t line, input_report& report) {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  if (is_missing(cell)) return missing;
  const auto number = read_number(cell);
  if (!number) report.note(input_issue::bad_number, line, cell);
  return number.value_or(missing);
}

}  // namespace stook::sre
