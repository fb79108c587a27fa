#include "models/wire.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>
#include <stook/models/strict_schema.hpp>
#include "core/json_writer.hpp"
#include "models/json_access.hpp"

namespace stook::models {
namespace {

constexpr std::size_t longest_name = 64;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

void write_comma(std::string& out) {
  if (!out.empty() && out.back() != '[' && out.back() != '{') out += ',';
}

void write_key(std::string& out, std::string_view key) {
  write_comma(out);
  out += '"';
  out += key;
  out += "\":";
}

void write_text(std::string& out, std::string_view key, std::string_view text) {
  write_key(out, key);
  detail::write_string(out, text);
}

const tool* demanded_tool(const chat_request& request) {
  if (request.choice != tool_choice::required || request.must_call.empty()) return nullptr;
  const auto found = std::find_if(request.tools.begin(), request.tools.end(),
                                  [&](const tool& t) { return t.name() == request.must_call; });
  if (found != request.tools.end()) return &*found;
  throw error(failure{
      "unknown_tool",
      fmt::format("expected a tool of the request to be called, got \"{}\", which is not among its {}",
                  to_valid_utf8(request.must_call), request.tools.size()),
      "offer the tool as well"});
}

void write_extra(std::string& out, std::string_view extra_body) {
  const std::size_t open = extra_body.find('{'), close = extra_body.rfind('}');
  if (open == std::string_view::npos || close == std::string_view::npos) return;
  const std::string_view members = extra_body.substr(open + 1, close - open - 1);
  if (members.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  write_comma(out);
  out += members;
}

std::string wire_name(std::string_view tool) {
  if (!tool.empty() && tool.size() <= longest_name &&
      std::all_of(tool.begin(), tool.end(), is_name_character)) {
    return std::string(tool);
  }
  constexpr std::size_t digest_length = 8;
  std::string name(tool.substr(0, longest_name - digest_length - 1));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_name_character(c); }, '_');
  return name + '_' + sha256_hex(tool).substr(0, digest_length);
}

std::string wire_arguments(std::string_view arguments) {
  if (arguments.empty()) return "{}";
  if (is_json_object(arguments)) return std::string(arguments);
  std::string out = "{";
  write_text(out, "invalid_json", arguments);
  return out + '}';
}

std::string image_url(const image& shown) {
  if (!shown.url().empty()) return shown.url();
  return "data:" + shown.media_type() + ";base64," + shown.base64();
}

sent_schema strict_if_possible(std::string_view schema) {
  try {
    const boost::json::value strict = to_strict(parse_json(schema));
    if (is_strict(strict)) return {dump_json(strict), true};
  } catch (const error&) {
    // nobody can be held to it
  }
  return {std::string(schema), false};
}

std::optional<usage> read_usage(const boost::json::object& counts, const usage_names& names) {
  const auto input = count_at(counts, names.input);
  const auto output = count_at(counts, names.output);
  if (!input || !output) return std::nullopt;
  usage used{.input_tokens = *input, .output_tokens = *output};
  if (const auto* details = object_at(counts, names.input_details)) {
    used.cached_input_tokens = std::min(*input, count_at(*details, "cached_tokens").value_or(0));
    used.cache_write_tokens =
        std::min(*input - used.cached_input_tokens, count_at(*details, "cache_write_tokens").value_or(0));
  }
  if (const auto* details = object_at(counts, names.output_details)) {
    used.reasoning_tokens = std::min(*output, count_at(*details, "reasoning_tokens").value_or(0));
  }
  return used;
}

}  // namespace stook::models
