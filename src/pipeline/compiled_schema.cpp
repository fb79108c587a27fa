#include "pipeline/compiled_schema.hpp"

#include <exception>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/value.hpp>
// without it the library ends the process on a schema it cannot read
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>

#include <stook/core/json.hpp>

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

// The library checks formats with an expression of its own, on text of any length.
void remove_formats(json& schema, place here = place::schema) {
  if (auto* object = schema.if_object()) {
    if (here == place::schema) object->erase("format");
    for (auto& member : *object) {
      if (const auto next = below(member.key(), here)) remove_formats(member.value(), *next);
    }
  } else if (auto* array = schema.if_array()) {
    for (json& item : *array) remove_formats(item);
  }
}

bool has_pattern(const json& schema, place here = place::schema) {
  if (const auto* object = schema.if_object()) {
    for (const auto& [key, value] : *object) {
      if (here == place::schema && (key == "pattern" || key == "patternProperties")) return true;
      if (const auto next = below(key, here); next && has_pattern(value, *next)) return true;
    }
  } else if (const auto* array = schema.if_array()) {
    for (const json& item : *array) {
      if (has_pattern(item)) return true;
    }
  }
  return false;
}

}  // namespace

compiled_schema::compiled_schema(const std::string& text) {
  try {
    json parsed = parse_json(text);
    remove_formats(parsed);
    matches_ = has_pattern(parsed);
    if (!parsed.is_object() && !parsed.is_bool())
      throw error("json_invalid", "expected an object or a boolean");
    auto made = std::make_shared<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::BoostJsonAdapter(parsed), *made);
    schema_ = std::move(made);
  } catch (const std::exception& why) {
    throw error("bad_schema", fmt::format("not a JSON Schema of draft 7: {}", why.what()));
  }
}

}  // namespace stook::detail
