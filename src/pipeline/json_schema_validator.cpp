#include <stook/pipeline/json_schema_validator.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>

#include <fmt/format.h>
#include <boost/json/value.hpp>
// without it the library ends the process on a schema it cannot read
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <stook/core/json.hpp>

#include "core/json_path.hpp"
#include "pipeline/model_answer.hpp"

namespace stook {
namespace {

using detail::decode_report;

constexpr std::size_t most_problems = 8;
constexpr std::size_t longest_matched_text = 4096;

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

std::size_t longest_text(const json& value) {
  std::size_t longest = 0;
  if (const auto* text = value.if_string()) {
    longest = text->size();
  } else if (const auto* array = value.if_array()) {
    for (const json& item : *array) longest = std::max(longest, longest_text(item));
  } else if (const auto* object = value.if_object()) {
    for (const auto& [key, item] : *object) longest = std::max({longest, key.size(), longest_text(item)});
  }
  return longest;
}

// The library's steps are "<root>", "[name]" and "[0]".
std::string path_of(const std::vector<std::string>& steps) {
  std::string path;
  for (std::string_view step : steps) {
    if (step.size() < 3 || step.front() != '[') continue;
    step = step.substr(1, step.size() - 2);
    std::size_t index = 0;
    const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
    if (read.ec == std::errc() && read.ptr == step.data() + step.size()) {
      detail::append_index(path, index);
    } else {
      detail::append_key(path, step);
    }
  }
  return path;
}

class compiled_schema {
 public:
  explicit compiled_schema(const std::string& text) {
    try {
      json parsed = parse_json(text);
      remove_formats(parsed);
      matches_ = has_pattern(parsed);
      if (!parsed.is_object() && !parsed.is_bool())
        throw error("json_invalid", "expected an object or a boolean");
      valijson::SchemaParser(valijson::SchemaParser::kDraft7)
          .populateSchema(valijson::adapters::BoostJsonAdapter(parsed), schema_);
    } catch (const std::exception& why) {
      throw error("bad_schema", fmt::format("not a JSON Schema of draft 7: {}", why.what()));
    }
  }

  void check(const json& value, decode_report& report) const {
    if (const std::size_t longest = longest_text(value); matches_ && longest > longest_matched_text) {
      report.problems.push_back({.what = fmt::format("a text has {} bytes", longest),
                                 .expected = fmt::format("at most {} bytes", longest_matched_text)});
      return;
    }
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults found;
    try {
      if (validator.validate(schema_, valijson::adapters::BoostJsonAdapter(value), &found)) return;
    } catch (const std::exception& why) {  // a pattern is compiled when it is first needed
      throw error("bad_schema", fmt::format("the schema cannot be used: {}", why.what()));
    }
    valijson::ValidationResults::Error one;
    while (report.problems.size() < most_problems && found.popError(one)) {
      report.problems.push_back({.path = path_of(one.context), .what = to_valid_utf8(one.description)});
    }
    if (report.ok()) report.problems.push_back({.what = "the value does not hold the schema"});
  }

 private:
  valijson::Schema schema_;
  bool matches_ = false;
};

}  // namespace

sockets json_schema_validator::declare() const {
  const compiled_schema usable(schema);
  return {{{.name = "value", .type = socket_type::of<message>()}},
          {{"valid", socket_type::of<json>()}, {"invalid", socket_type::of<message>()}}};
}

void json_schema_validator::run(const socket_values& in, socket_results& out) const {
  decode_report report;
  const std::string& text = in.as<message>("value").text();
  json value = detail::json_in_answer(text, report);
  if (report.ok()) compiled_schema(schema).check(value, report);
  if (report.ok()) {
    out.set("valid", any_value::of(std::move(value)));
  } else {
    out.set("invalid", any_value::of(detail::ask_for_repair(text, report, schema)));
  }
}

}  // namespace stook
