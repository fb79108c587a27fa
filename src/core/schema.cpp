#include <stook/core/schema.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/ascii.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::detail {
namespace {

using boost::json::array;
using boost::json::object;

// Objects that contain themselves, found before anything is written: they become $defs.
class recursion {
 public:
  explicit recursion(const type_desc& root) { visit(root); }
  bool contains(const type_desc* type) const {
    return std::find(recursive_.begin(), recursive_.end(), type) != recursive_.end();
  }

 private:
  void visit(const type_desc& type) {
    if (type.kind == type_kind::object) {
      if (std::find(open_.begin(), open_.end(), &type) != open_.end()) {
        if (!contains(&type)) recursive_.push_back(&type);
        return;
      }
      open_.push_back(&type);
      for (std::size_t i = 0; i < type.count; ++i) visit(type.fields[i].type());
      open_.pop_back();
    } else if (type.kind == type_kind::variant) {
      for (std::size_t i = 0; i < type.count; ++i) visit(type.alternatives[i]());
    } else if (type.element) {
      visit(type.element());
    }
  }
  std::vector<const type_desc*> open_, recursive_;
};

class writer {
 public:
  explicit writer(const type_desc& root) : recursion_(root) {}

  object root(const type_desc& type, std::span<const std::string_view> hidden) {
    // Providers want an object at the root, so a root that contains itself is no mere $ref.
    object out = type.kind == type_kind::object ? object_schema(type, hidden) : value(type, {});
    if (!defs_.empty()) out["$defs"] = std::move(defs_);
    return out;
  }

 private:
  // The unqualified name in letters that need no escape in a $ref; a number tells namesakes apart.
  std::string name_for(const type_desc& type) const {
    const std::string_view whole = type.name.substr(0, type.name.find('<'));
    std::string name(whole.substr(whole.rfind(':') + 1));
    for (char& c : name) {
      if (!ascii::is_alnum(c)) c = '_';
    }
    std::string unique = name;
    for (int n = 2; defs_.contains(unique); ++n) unique = fmt::format("{}_{}", name, n);
    return unique;
  }

  object value(const type_desc& type, const field_rules& rules) {
    object out;
    switch (type.kind) {
      case type_kind::nothing:
        out["type"] = "null";
        break;
      case type_kind::boolean:
        out["type"] = "boolean";
        break;
      case type_kind::integer:
        out["type"] = "integer";
        bounds(out, rules);
        if (!type.is_signed && !(rules.low.set() && rules.low.real > 0)) out["minimum"] = 0;
        break;
      case type_kind::number:
        out["type"] = "number";
        bounds(out, rules);
        break;
      case type_kind::string:
        string(out, rules);
        break;
      case type_kind::enumeration: {
        out["type"] = "string";
        array names;
        for (std::size_t i = 0; i < type.count; ++i) names.emplace_back(type.enumerators[i].name);
        out["enum"] = std::move(names);
        break;
      }
      case type_kind::timestamp:
        out["type"] = "string";
        out["format"] = "date-time";
        break;
      case type_kind::json:
        break;  // the empty schema takes anything
      case type_kind::optional:
        return nullable(value(type.element(), rules));
      case type_kind::array:
        out["type"] = "array";
        out["items"] = value(type.element(), of_elements(rules));
        lengths(out, rules, "minItems", "maxItems");
        break;
      case type_kind::map:
        out["type"] = "object";
        out["additionalProperties"] = value(type.element(), of_elements(rules));
        lengths(out, rules, "minProperties", "maxProperties");
        break;
      case type_kind::variant: {
        array forms;
        for (std::size_t i = 0; i < type.count; ++i) forms.push_back(value(type.alternatives[i](), rules));
        out["anyOf"] = std::move(forms);
        break;
      }
      case type_kind::object:
        if (!recursion_.contains(&type)) return object_schema(type, {});
        out["$ref"] = "#/$defs/" + define(type);
        break;
      case type_kind::opaque:
        throw error("no_json_form", fmt::format("{} has no JSON Schema", type.name));
    }
    return out;
  }

  static object nullable(object inner) {
    if (inner.empty()) return inner;  // any JSON value: null is one
    array forms;
    forms.push_back(std::move(inner));
    forms.push_back(object{{"type", "null"}});
    return object{{"anyOf", std::move(forms)}};
  }

  static field_rules of_elements(field_rules rules) {
    rules.min_length = 0;
    rules.max_length = field_rules::no_max_length;
    return rules;
  }

  std::string define(const type_desc& type) {
    const auto [known, fresh] = names_.try_emplace(&type);
    if (!fresh) return known->second;
    const std::string name = known->second = name_for(type);
    defs_[name] = nullptr;  // holds the place while its own fields refer to it
    defs_[name] = object_schema(type, {});
    return name;
  }

  object object_schema(const type_desc& type, std::span<const std::string_view> hidden) {
    object properties;
    array required;
    for (std::size_t i = 0; i < type.count; ++i) {
      const field_desc& field = type.fields[i];
      if (std::find(hidden.begin(), hidden.end(), field.name) != hidden.end()) continue;
      const type_desc& field_type = field.type();
      const bool optional = field_type.kind == type_kind::optional;
      object schema = value(optional ? field_type.element() : field_type, field.rules);
      if (!field.rules.text.empty()) schema["description"] = field.rules.text;
      if (!field.rules.example.empty()) schema["examples"] = array{example_in(type, field)};
      if (field.rules.defaulted && !optional && type.defaults) {
        std::string text;
        encode(text, field.in(type.defaults()), field_type);
        schema["default"] = parse_own(text);
      }
      if (!optional && !field.rules.defaulted) required.emplace_back(field.name);
      properties[field.name] = std::move(schema);
    }
    object out;
    out["type"] = "object";
    out["properties"] = std::move(properties);
    if (!required.empty()) out["required"] = std::move(required);
    out["additionalProperties"] = false;
    return out;
  }

  static json example_in(const type_desc& type, const field_desc& field) {
    try {
      return parse_json(field.rules.example);
    } catch (const error& e) {
      throw error("bad_example", fmt::format("the example of {}.{} is not JSON text: {} (a string needs its "
                                             "quotes: \"\\\"eu\\\"\")",
                                             type.name, field.name, e.what()));
    }
  }

  static json number(const number_bound& bound) {
    return bound.kind == number_bound::form::integer ? json(bound.integer) : json(bound.real);
  }
  static void bounds(object& out, const field_rules& rules) {
    if (rules.low.set()) out["minimum"] = number(rules.low);
    if (rules.high.set()) out["maximum"] = number(rules.high);
  }
  static void lengths(object& out, const field_rules& rules, std::string_view min, std::string_view max) {
    if (rules.min_length > 0) out[min] = rules.min_length;
    if (rules.max_length != field_rules::no_max_length) out[max] = rules.max_length;
  }
  static void string(object& out, const field_rules& rules) {
    out["type"] = "string";
    lengths(out, rules, "minLength", "maxLength");
    if (!rules.pattern.empty()) out["pattern"] = rules.pattern;
    if (rules.allowed_count == 0) return;
    array allowed;
    for (std::size_t i = 0; i < rules.allowed_count; ++i) allowed.emplace_back(rules.allowed[i]);
    out["enum"] = std::move(allowed);
  }

  recursion recursion_;
  std::map<const type_desc*, std::string> names_;  // of those in defs_
  object defs_;
};

}  // namespace

json schema_of(const type_desc& type, std::span<const std::string_view> hidden) {
  return writer(type).root(type, hidden);
}

}  // namespace stook::detail
