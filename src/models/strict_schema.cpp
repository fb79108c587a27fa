#include <stook/models/strict_schema.hpp>

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>
#include "models/json_access.hpp"

namespace stook {
namespace {

namespace bj = boost::json;
using models::array_at;
using models::object_at;
using models::value_at;

constexpr int deepest = 10;

constexpr std::array<std::string_view, 21> taken{"type",
                                                 "properties",
                                                 "required",
                                                 "additionalProperties",
                                                 "items",
                                                 "enum",
                                                 "const",
                                                 "anyOf",
                                                 "$ref",
                                                 "$defs",
                                                 "description",
                                                 "title",
                                                 "format",
                                                 "pattern",
                                                 "minimum",
                                                 "maximum",
                                                 "multipleOf",
                                                 "exclusiveMinimum",
                                                 "exclusiveMaximum",
                                                 "minItems",
                                                 "maxItems"};
// What may be left out: each only narrows, or only describes.
constexpr std::array<std::string_view, 13> dropped{
    "default", "examples", "example",    "minLength", "maxLength", "uniqueItems",  "$schema",
    "$id",     "$comment", "deprecated", "readOnly",  "writeOnly", "minProperties"};

template <typename List>
bool has(const List& list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

bool requires_all(const bj::object& schema, const bj::object& properties) {
  const bj::array* required = array_at(schema, "required");
  return std::all_of(properties.begin(), properties.end(), [&](const auto& property) {
    return required && std::any_of(required->begin(), required->end(), [&](const bj::value& name) {
             return name.is_string() && std::string_view(name.get_string()) == property.key();
           });
  });
}

bool is_closed(const bj::object& schema) {
  const bj::value* more = schema.if_contains("additionalProperties");
  return more && more->is_bool() && !more->get_bool();
}

bool is_object_schema(const bj::object& schema) {
  const bj::value* type = schema.if_contains("type");
  return (type && type->is_string() && type->get_string() == "object") || schema.contains("properties");
}

bool is_strict_at(const bj::value& value, int depth);

bool all_strict(const bj::object& schemas, int depth) {
  return std::all_of(schemas.begin(), schemas.end(),
                     [&](const auto& named) { return is_strict_at(named.value(), depth); });
}

bool is_strict_at(const bj::value& value, int depth) {
  const bj::object* schema = value.if_object();
  if (!schema || depth > deepest) return false;
  for (const auto& keyword : *schema) {
    if (!has(taken, keyword.key())) return false;
  }
  if (is_object_schema(*schema)) {
    const bj::object* properties = object_at(*schema, "properties");
    if (!is_closed(*schema)) return false;
    if (properties && (!requires_all(*schema, *properties) || !all_strict(*properties, depth + 1)))
      return false;
  }
  if (const auto* items = value_at(*schema, "items"); items && !is_strict_at(*items, depth + 1)) return false;
  if (const auto* defs = object_at(*schema, "$defs"); defs && !all_strict(*defs, depth)) return false;
  const bj::array* any = array_at(*schema, "anyOf");
  return !any || std::all_of(any->begin(), any->end(),
                             [&](const bj::value& one) { return is_strict_at(one, depth + 1); });
}

[[noreturn]] void refuse_at(const std::string& place, std::string_view what) {
  throw error(failure{"bad_schema", fmt::format("{}: {}", place.empty() ? "the root" : place, what),
                      "change the type, or do not ask for a strict answer"});
}

bool may_be_null(const bj::object& schema) {
  const bj::value* type = schema.if_contains("type");
  if (type && type->is_string() && type->get_string() == "null") return true;
  if (const bj::array* types = array_at(schema, "type")) {
    return std::find(types->begin(), types->end(), bj::value("null")) != types->end();
  }
  const bj::array* any = array_at(schema, "anyOf");
  return any && std::any_of(any->begin(), any->end(), [](const bj::value& one) {
           return one.is_object() && may_be_null(one.get_object());
         });
}

class strict_writer {
 public:
  bj::value of(const bj::value& value, const std::string& place, int depth) {
    const bj::object* schema = value.if_object();
    if (!schema) refuse_at(place, "expected an object that is a schema");
    if (depth > deepest) refuse_at(place, fmt::format("nested more than {} levels deep", deepest));
    bj::object out;
    for (const auto& keyword : *schema) {
      const std::string_view name = keyword.key();
      if (has(dropped, name) || name == "required" || name == "additionalProperties") continue;
      if (name == "properties") {
        out["properties"] = properties(*schema, place, depth);
      } else if (name == "items") {
        out["items"] = of(keyword.value(), place + "/items", depth + 1);
      } else if (name == "anyOf" || name == "oneOf") {
        out["anyOf"] = alternatives(keyword.value(), place, depth);
      } else if (name == "$defs") {
        out["$defs"] = definitions(keyword.value(), place, depth);
      } else if (has(taken, name)) {
        out[name] = keyword.value();
      } else {
        refuse_at(place, fmt::format("\"{}\" is no keyword of strict schemas", name));
      }
    }
    if (is_object_schema(*schema)) close(out, *schema, place);
    return out;
  }

 private:
  static void close(bj::object& out, const bj::object& schema, const std::string& place) {
    const bj::value* more = schema.if_contains("additionalProperties");
    const bool is_open = more ? !is_closed(schema) : !schema.contains("properties");
    if (is_open) refuse_at(place, "an object that takes any member");
    bj::array required;
    if (const bj::object* all = object_at(out, "properties")) {
      for (const auto& property : *all) required.emplace_back(property.key());
    }
    out["required"] = std::move(required);
    out["additionalProperties"] = false;
  }

  bj::object properties(const bj::object& schema, const std::string& place, int depth) {
    bj::object out;
    const bj::object* all = object_at(schema, "properties");
    if (!all) refuse_at(place + "/properties", "expected an object");
    for (const auto& property : *all) {
      const std::string at = place + "/properties/" + std::string(property.key());
      bj::value strict = of(property.value(), at, depth + 1);
      const bj::object one{{property.key(), nullptr}};
      // what has a default is no optional: the model now writes a value of its type
      const bool is_optional =
          !requires_all(schema, one) && !object_at(*all, property.key())->contains("default");
      if (is_optional && !may_be_null(strict.get_object())) {
        bj::array any;
        any.push_back(std::move(strict));
        any.push_back(bj::object{{"type", "null"}});
        strict = bj::object{{"anyOf", std::move(any)}};
      }
      out[property.key()] = std::move(strict);
    }
    return out;
  }

  bj::array alternatives(const bj::value& list, const std::string& place, int depth) {
    bj::array out;
    if (!list.is_array()) refuse_at(place, "expected a list of alternatives");
    for (const bj::value& one : list.get_array()) out.push_back(of(one, place + "/anyOf", depth + 1));
    return out;
  }

  bj::object definitions(const bj::value& all, const std::string& place, int depth) {
    bj::object out;
    if (!all.is_object()) refuse_at(place + "/$defs", "expected an object");
    for (const auto& one : all.get_object()) {
      out[one.key()] = of(one.value(), place + "/$defs/" + std::string(one.key()), depth);
    }
    return out;
  }
};

}  // namespace

bool is_strict(const json& schema) {
  const bj::object* root = schema.if_object();
  return root && is_object_schema(*root) && !root->contains("anyOf") && is_strict_at(schema, 1);
}

bool is_strict(std::string_view schema) {
  try {
    return is_strict(parse_json(schema));
  } catch (const error&) {
    return false;
  }
}

json to_strict(const json& schema) {
  const bj::object* root = schema.if_object();
  if (!root || !is_object_schema(*root)) refuse_at("", "expected the schema of an object");
  if (root->contains("anyOf") || root->contains("oneOf"))
    refuse_at("", "expected one object, got alternatives");
  bj::value out = strict_writer().of(schema, "", 1);
  if (!is_strict(out)) {
    refuse_at("",
              fmt::format("nested more than {} levels deep, with those that \"may be null\" adds", deepest));
  }
  return out;
}

}  // namespace stook
