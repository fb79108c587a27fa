#include "models/surrogate_halves.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

namespace stook::models {
namespace {

constexpr std::size_t escape_size = 6;  // \ud83d
constexpr std::size_t half_size = 3;

bool is_high(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// The unit of the escape at the front; 0 where there is none.
std::uint32_t unit_of_escape(std::string_view text) {
  if (text.size() < escape_size || !text.starts_with("\\u")) return 0;
  std::uint32_t unit = 0;
  const char* const end = text.data() + escape_size;
  const auto [stop, wrong] = std::from_chars(text.data() + 2, end, unit, 16);
  return wrong == std::errc() && stop == end ? unit : 0;
}

// The unit of the three bytes at the front; 0 where they are no half.
std::uint32_t unit_of_bytes(std::string_view text) {
  if (text.size() < half_size || text[0] != '\xed') return 0;
  const std::uint32_t second = static_cast<unsigned char>(text[1]),
                      third = static_cast<unsigned char>(text[2]);
  if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) return 0;
  return 0xd000U | (second & 0x3fU) << 6U | (third & 0x3fU);
}

void add_bytes(std::string& out, std::uint32_t unit) {
  out += '\xed';
  out += static_cast<char>(0x80U | (unit >> 6U & 0x3fU));
  out += static_cast<char>(0x80U | (unit & 0x3fU));
}

void add_pair(std::string& out, std::uint32_t high, std::uint32_t low) {
  const std::uint32_t code = 0x10000U + ((high - 0xd800U) << 10U) + (low - 0xdc00U);
  out += static_cast<char>(0xf0U | code >> 18U);
  out += static_cast<char>(0x80U | (code >> 12U & 0x3fU));
  out += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
  out += static_cast<char>(0x80U | (code & 0x3fU));
}

}  // namespace

std::string halves_as_bytes(std::string_view json_text) {
  std::string out;
  out.reserve(json_text.size());
  while (!json_text.empty()) {
    const std::uint32_t unit = unit_of_escape(json_text);
    const bool is_pair = is_high(unit) && is_low(unit_of_escape(json_text.substr(escape_size)));
    std::size_t taken = json_text.front() == '\\' ? 2 : 1;  // an escaped backslash begins no escape
    if (is_pair) {
      taken = 2 * escape_size;
    } else if (is_high(unit) || is_low(unit)) {
      add_bytes(out, unit);
      json_text.remove_prefix(escape_size);
      continue;
    }
    out += json_text.substr(0, taken);
    json_text.remove_prefix(std::min(taken, json_text.size()));
  }
  return out;
}

void join_halves(std::string& text) {
  std::string out;
  std::string_view rest = text;
  for (std::size_t at = 0; (at = rest.find('\xed', at)) != std::string_view::npos;) {
    const std::uint32_t high = unit_of_bytes(rest.substr(at));
    const std::uint32_t low = is_high(high) ? unit_of_bytes(rest.substr(at + half_size)) : 0;
    if (!is_low(low)) {
      ++at;
      continue;
    }
    out += rest.substr(0, at);
    add_pair(out, high, low);
    rest.remove_prefix(at + 2 * half_size);
    at = 0;
  }
  if (rest.size() == text.size()) return;
  text = out.append(rest);
}

// Replies may hold NUL and bytes that are no UTF-8, which a conversation does not.
void repair(std::string& text) {
  if (is_valid_utf8(text)) return;
  join_halves(text);
  text = to_valid_utf8(text);
}

void repair(boost::json::value& all) {
  if (auto* members = all.if_object()) {
    for (auto& one : *members) repair(one.value());
  } else if (auto* values = all.if_array()) {
    for (boost::json::value& one : *values) repair(one);
  } else if (auto* text = all.if_string(); text && !is_valid_utf8({text->data(), text->size()})) {
    std::string repaired(text->data(), text->size());
    repair(repaired);
    *text = repaired;
  }
}

heard_piece::heard_piece(std::string_view piece) : text_(piece) {
  if (is_valid_utf8(piece)) return;
  repaired_ = to_valid_utf8(piece);
  text_ = repaired_;
}

}  // namespace stook::models
