#include "models/provider_blocks.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include "core/json_writer.hpp"

namespace stook::models {
namespace {

std::string opening(std::string_view provider) {
  std::string text = "{\"";
  text += provider;
  return text + "\":[";
}

constexpr std::string_view closing = "]}";

}  // namespace

std::string pack_blocks(std::string_view provider, const boost::json::array& blocks) {
  std::string text = opening(provider);
  bool is_first = true;
  for (const boost::json::value& block : blocks) {
    if (!is_first) text += ',';
    is_first = false;
    text += dump_json(block);
  }
  text += closing;
  return text;
}

std::string_view packed_blocks(std::string_view provider, const message& m) {
  std::string_view blocks = m.provider_data();
  const std::string begin = opening(provider);
  if (!blocks.starts_with(begin) || !blocks.ends_with(closing)) return {};
  blocks.remove_prefix(begin.size());
  blocks.remove_suffix(closing.size());
  for (const tool_call& call : m.calls()) {
    std::string id;
    detail::write_string(id, call.id);
    if (blocks.find(id) == std::string_view::npos) return {};
  }
  return blocks;
}

}  // namespace stook::models
