#include "core/expectation.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/json_writer.hpp"

namespace stook::detail {
namespace {

std::string text_of(const number_bound& bound) {
  return bound.kind == number_bound::form::integer ? fmt::format("{}", bound.integer)
                                                   : fmt::format("{}", bound.real);
}

std::string with_bounds(std::string what, const field_rules& rules) {
  if (rules.low.set() && rules.high.set()) {
    return fmt::format("{} from {} to {}", what, text_of(rules.low), text_of(rules.high));
  }
  if (rules.low.set()) return fmt::format("{} of at least {}", what, text_of(rules.low));
  if (rules.high.set()) return fmt::format("{} of at most {}", what, text_of(rules.high));
  return what;
}

std::string names_of(const type_desc& type) {
  std::string out;
  for (std::size_t i = 0; i < type.count; ++i) {
    if (i) out += ", ";
    out += type.enumerators[i].name;
  }
  return out;
}

std::string string_expectation(const field_rules& rules) {
  if (rules.allowed_count > 0) {
    std::string out = "one of ";
    for (std::size_t i = 0; i < rules.allowed_count; ++i) {
      if (i) out += ", ";
      out += rules.allowed[i];
    }
    return out;
  }
  std::string out = "a string";
  if (rules.bounds_length()) {
    out = rules.max_length == field_rules::no_max_length
              ? fmt::format("a string of at least {} characters", rules.min_length)
              : fmt::format("a string of {} to {} characters", rules.min_length, rules.max_length);
  }
  if (!rules.pattern.empty()) out += fmt::format(" matching {}", rules.pattern);
  return out;
}

// The integer next to a bound on its allowed side.
void write_whole(std::string& out, const number_bound& bound, double (*round)(double)) {
  if (bound.kind == number_bound::form::integer) {
    write_number(out, bound.integer);
  } else {
    out += fmt::format("{:.0f}", round(bound.real));
  }
}

}  // namespace

std::string expectation(const type_desc& type, const field_rules& rules) {
  switch (type.kind) {
    case type_kind::nothing:
      return "null";
    case type_kind::boolean:
      return "true or false";
    case type_kind::integer:
      return with_bounds("an integer", rules);
    case type_kind::number:
      return with_bounds("a number", rules);
    case type_kind::string:
      return string_expectation(rules);
    case type_kind::enumeration:
      return "one of " + names_of(type);
    case type_kind::timestamp:
      return "an ISO-8601 instant";
    case type_kind::json:
      return "any JSON value";
    case type_kind::optional:
      return expectation(type.element(), rules) + " or nothing";
    case type_kind::array:
      return "an array, each element " + expectation(type.element(), rules);
    case type_kind::map:
      return "an object, each value " + expectation(type.element(), rules);
    case type_kind::object: {
      std::string out = "an object with";
      for (std::size_t i = 0; i < type.count; ++i) {
        out += fmt::format("{}{}", i ? ", " : " ", type.fields[i].name);
      }
      return type.count ? out : "an empty object";
    }
    case type_kind::variant: {
      std::string out;
      for (std::size_t i = 0; i < type.count; ++i) {
        if (i) out += ", or ";
        out += expectation(type.alternatives[i](), rules);
      }
      return out;
    }
    case type_kind::opaque:
      break;
  }
  return "no JSON value";
}

std::string example_of(const type_desc& type, const field_rules& rules) {
  if (!rules.example.empty()) return std::string(rules.example);
  std::string out;
  switch (type.kind) {
    case type_kind::boolean:
      return "true";
    case type_kind::integer:
      if (rules.low.set()) {
        write_whole(out, rules.low, [](double d) { return std::ceil(d); });
      } else if (rules.high.set()) {
        write_whole(out, rules.high, [](double d) { return std::floor(d); });
      } else {
        out = "1";
      }
      return out;
    case type_kind::number:
      write_number(out, rules.low.set() ? rules.low.real : rules.high.set() ? rules.high.real : 0.5);
      return out;
    case type_kind::string:
      if (rules.allowed_count > 0) {
        write_string(out, rules.allowed[0]);
      } else if (rules.pattern.empty() && rules.min_length <= 4 && rules.max_length >= 4) {
        out = "\"text\"";
      }
      return out;
    case type_kind::enumeration:
      if (type.count) write_string(out, type.enumerators[0].name);
      return out;
    case type_kind::timestamp:
      return "\"2026-01-02T03:04:05Z\"";
    case type_kind::optional:
      return example_of(type.element(), rules);
    case type_kind::array:
      out = example_of(type.element(), rules);
      return out.empty() ? out : "[" + out + "]";
    default:
      return out;
  }
}

}  // namespace stook::detail
