#include "models/endpoint_checks.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::models {
namespace {

[[noreturn]] void refuse(std::string what, std::string hint) {
  throw error(failure{"bad_model_options", std::move(what), std::move(hint)});
}

bool is_graphic(char c) { return c > 0x20 && c < 0x7f; }

bool is_header_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_graphic(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

bool is_header_value(const std::string& value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return is_graphic(c) || c == ' ' || c == '\t'; });
}

void check_extra(const std::string& text, std::span<const std::string_view> members) {
  if (text.empty()) return;
  boost::json::value parsed;
  try {
    parsed = parse_json(text);
  } catch (const error& e) {
    refuse(fmt::format("expected a JSON object as extra_body: {}", e.what()), "write it as {\"top_p\":0.9}");
  }
  const auto* object = parsed.if_object();
  if (!object)
    refuse("expected a JSON object as extra_body, got another value", "write it as {\"top_p\":0.9}");
  for (const auto& one : *object) {
    const std::string_view name(one.key().data(), one.key().size());
    if (std::find(members.begin(), members.end(), name) == members.end()) continue;
    refuse(fmt::format("the member \"{}\" of extra_body is one that stook writes itself", name),
           "use the option or the field of the request that is for it");
  }
}

}  // namespace

void check(const model_endpoint& endpoint, const std::string& model,
           std::span<const std::string_view> members) {
  if (model.empty() || model.size() > 256 || !is_valid_utf8(model)) {
    refuse("expected the name of a model, of 1 to 256 bytes of UTF-8", "name it as the server does");
  }
  const std::string& key = endpoint.api_key.reveal();
  if (!std::all_of(key.begin(), key.end(), is_graphic)) {
    refuse("expected a key of graphic ASCII characters, got one with others in it",
           "look for a line end or a blank in the key");
  }
  for (const auto& [name, value] : endpoint.headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      refuse(fmt::format("expected a header of ASCII text on one line, got \"{}\"",
                         to_valid_utf8(name.substr(0, 64))),
             "correct its name or its value");
    }
  }
  if (endpoint.max_output_tokens && *endpoint.max_output_tokens < 1) {
    refuse(fmt::format("expected 1 or more output tokens, got {}", *endpoint.max_output_tokens),
           "leave max_output_tokens empty for the provider's own bound");
  }
  if (endpoint.max_reply_bytes == 0)
    refuse("expected replies of 1 or more bytes, got 0", "set max_reply_bytes");
  check_extra(endpoint.extra_body, members);
}

}  // namespace stook::models
