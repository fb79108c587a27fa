#include "pipeline/schema_keywords.hpp"

#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

namespace stook::detail {
namespace {

// What stands at a place of a schema: a schema, or an object whose members are schemas under names of their
// own.
enum class place { schema, names };

// What stands below a keyword; nothing where it is a value, in which `format` and `pattern` are no keywords.
std::optional<place> below(std::string_view keyword, place here) {
  if (here == place::names) return place::schema;
  for (const std::string_view value : {"const", "enum", "default", "examples"}) {
    if (keyword == value) return std::nullopt;
  }
  for (const std::string_view names : {"properties", "patternProperties", "definitions", "dependencies"}) {
    if (keyword == names) return place::names;
  }
  return place::schema;
}

void remove_formats(json& schema, place here) {
  if (auto* object = schema.if_object()) {
    if (here == place::schema) object->erase("format");
    for (auto& member : *object) {
      if (const auto next = below(member.key(), here)) remove_formats(member.value(), *next);
    }
  } else if (auto* array = schema.if_array()) {
    for (json& item : *array) remove_formats(item, place::schema);
  }
}

bool has_pattern(const json& schema, place here) {
  if (const auto* object = schema.if_object()) {
    for (const auto& [key, value] : *object) {
      if (here == place::schema && (key == "pattern" || key == "patternProperties")) return true;
      if (const auto next = below(key, here); next && has_pattern(value, *next)) return true;
    }
  } else if (const auto* array = schema.if_array()) {
    for (const json& item : *array) {
      if (has_pattern(item, place::schema)) return true;
    }
  }
  return false;
}

}  // namespace

void remove_formats(json& schema) { remove_formats(schema, place::schema); }

bool has_pattern(const json& schema) { return has_pattern(schema, place::schema); }

}  // namespace stook::detail
