#include <stook/core/literal_set.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

#include <stook/core/ascii.hpp>

#include "core/literal_scanner.hpp"

namespace stook {
namespace {

using ascii::is_digit;
using ascii::is_hex_digit;

}  // namespace

std::string zeros_for_digits(std::string_view text) {
  std::string out{text};
  std::ranges::replace_if(out, is_digit, '0');
  return out;
}

literal_set literal_set::with_any_digits(std::span<const std::string_view> literals) {
  std::vector<std::string> zeros;
  std::ranges::transform(literals, std::back_inserter(zeros), zeros_for_digits);
  return literal_set(std::vector<std::string_view>(zeros.begin(), zeros.end()));
}

literal_set literal_set::of_hex(std::span<const std::string_view> literals) {
  std::vector<std::string_view> some;
  std::ranges::copy_if(literals, std::back_inserter(some),
                       [](std::string_view literal) { return std::ranges::all_of(literal, is_hex_digit); });
  return literal_set(some);
}

literal_set::literal_set(std::span<const std::string_view> literals)
    : scanner_(std::make_shared<detail::literal_scanner>(literals)) {}

std::size_t literal_set::find(std::string_view text, std::size_t from) const {
  return scanner_->find(text, from);
}

std::size_t literal_set::count_lines(std::string_view text) const {
  std::size_t lines = 0;
  for (std::size_t at = find(text); at != std::string_view::npos; at = find(text, at)) {
    ++lines;
    at = text.find('\n', at);
    if (at == std::string_view::npos) break;
  }
  return lines;
}

}  // namespace stook
