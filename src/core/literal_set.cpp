#include <stook/core/literal_set.hpp>

#include "core/literal_scanner.hpp"

namespace stook {

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
