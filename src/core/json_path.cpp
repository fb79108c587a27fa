#include "core/json_path.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/json.hpp>

#include "core/json_writer.hpp"

namespace stook::detail {
namespace {

bool is_plain(std::string_view key) {
  return !key.empty() && key.size() <= longest_excerpt && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

std::string excerpt(std::string_view text) {
  if (text.size() <= longest_excerpt) return to_valid_utf8(text);
  std::size_t end = longest_excerpt;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return to_valid_utf8(text.substr(0, end)) + "...";
}

void append_key(std::string& path, std::string_view key) {
  if (is_plain(key)) {
    if (!path.empty()) path += '.';
    path += key;
    return;
  }
  path += '[';
  write_string(path, excerpt(key));
  path += ']';
}

void append_index(std::string& path, std::size_t index) { path += fmt::format("[{}]", index); }

}  // namespace stook::detail
