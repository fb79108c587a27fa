#include <oncall/logs/variable.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

using ascii::is_digit;
using ascii::is_hex_digit;
using ascii::is_letter;

std::string_view without_brackets(std::string_view value) {
  constexpr std::string_view around = "()[]{}<>\"'`,;:=.!?";
  const std::size_t first = value.find_first_not_of(around);
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(around) - first + 1);
}

/// How many bytes at the front are a number, and whether it has a fraction.
std::size_t number_length(std::string_view value, bool& fraction) {
  std::size_t at = !value.empty() && (value.front() == '-' || value.front() == '+') ? 1 : 0;
  const std::size_t first_digit = at;
  while (at < value.size() && (is_digit(value[at]) || (value[at] == '.' && !fraction))) {
    fraction = fraction || value[at] == '.';
    ++at;
  }
  return at > first_digit && is_digit(value[first_digit]) ? at : 0;
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_uuid(std::string_view value) {
  if (value.size() != 36) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : !is_hex_digit(value[i])) return false;
  }
  return true;
}

/// Four numbers below 256 between dots, and perhaps a port.
bool is_ipv4(std::string_view value) {
  int part = -1;
  int parts = 0;
  std::size_t at = value.front() == '/' ? 1 : 0;
  for (; at < value.size() && value[at] != ':'; ++at) {
    if (is_digit(value[at])) {
      part = std::max(part, 0) * 10 + (value[at] - '0');
      if (part > 255) return false;
    } else if (value[at] == '.' && part >= 0) {
      ++parts;
      part = -1;
    } else {
      return false;
    }
  }
  return parts == 3 && part >= 0 &&
         std::all_of(value.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1, value.size())), value.end(),
                     is_digit);
}

/// From the root, or from a drive of Windows.
bool is_path(std::string_view value) {
  return value.front() == '/' ||
         (value.size() > 3 && is_letter(value[0]) && value[1] == ':' && value[2] == '\\');
}

/// Two colons or more between groups of hexadecimal digits: a clock if all groups are two decimal digits.
variable_type type_with_colons(std::string_view value) {
  std::size_t colons = 0;
  bool hex = false;
  for (const char c : value) {
    if (c == ':') {
      ++colons;
    } else if (!is_digit(c) && c != '.') {
      if (!is_hex_digit(c)) return variable_type::text;
      hex = true;
    }
  }
  if (!hex && colons <= 3 && value.find(':') <= 2) return variable_type::time;
  return colons >= 2 ? variable_type::ip : variable_type::text;
}

bool is_date(std::string_view value) {
  return value.size() >= 10 && std::all_of(value.begin(), value.begin() + 4, is_digit) &&
         (value[4] == '-' || value[4] == '/') && is_digit(value[5]) && is_digit(value[6]) &&
         value[7] == value[4];
}

}  // namespace

std::string_view short_name(variable_type type) {
  switch (type) {
    case variable_type::integer:
      return "int";
    case variable_type::decimal:
      return "float";
    case variable_type::duration:
      return "duration";
    case variable_type::size:
      return "size";
    case variable_type::time:
      return "time";
    case variable_type::ip:
      return "ip";
    case variable_type::uuid:
      return "uuid";
    case variable_type::hex:
      return "hex";
    case variable_type::path:
      return "path";
    case variable_type::text:
      break;
  }
  return "*";
}

variable_type type_of_value(std::string_view value) {
  static constexpr std::array<std::string_view, 9> time_units{"ns",   "us", "ms",  "s", "sec",
                                                              "secs", "m",  "min", "h"};
  static constexpr std::array<std::string_view, 9> size_units{"B",   "KB",  "MB",  "GB",   "kB",
                                                              "KiB", "MiB", "GiB", "bytes"};
  value = without_brackets(value);
  if (value.empty()) return variable_type::text;
  if (is_uuid(value)) return variable_type::uuid;
  if (is_ipv4(value)) return variable_type::ip;
  if (is_path(value)) return variable_type::path;
  bool fraction = false;
  const std::size_t number = number_length(value, fraction);
  const std::string_view rest = value.substr(number);
  if (number > 0 && rest.empty()) return fraction ? variable_type::decimal : variable_type::integer;
  if (number > 0 && is_one_of(rest, time_units)) return variable_type::duration;
  if (number > 0 && is_one_of(rest, size_units)) return variable_type::size;
  if (number > 0 && rest == "%") return variable_type::decimal;
  if (is_date(value)) return variable_type::time;
  if (value.find(':') != std::string_view::npos) return type_with_colons(value);
  if (value.size() > 2 && value[0] == '0' && (value[1] == 'x' || value[1] == 'X') &&
      std::all_of(value.begin() + 2, value.end(), is_hex_digit)) {
    return variable_type::hex;
  }
  if (value.size() >= 8 && std::ranges::all_of(value, is_hex_digit)) return variable_type::hex;
  return variable_type::text;
}

variable_type common_type(variable_type a, variable_type b) {
  if (a == b) return a;
  const auto numeric = [](variable_type t) {
    return t == variable_type::integer || t == variable_type::decimal;
  };
  return numeric(a) && numeric(b) ? variable_type::decimal : variable_type::text;
}

}  // namespace stook::sre
