#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "core/decode_field.hpp"
#include "core/expectation.hpp"
#include "core/json_path.hpp"
#include "core/json_writer.hpp"
#include "core/scalar.hpp"

namespace stook {
namespace detail {
namespace {

constexpr std::size_t max_problems = 8;
constexpr std::size_t max_notes = 8;
// Variants inside variants can be read in exponentially many ways; a text that makes us try more than this
// many in vain is refused.
constexpr std::size_t max_dead_ends = 100'000;
constexpr std::size_t no_index = static_cast<std::size_t>(-1);

// One step of the way from the value to the place at hand; lives on the stack of the walk.
struct place {
  const place* parent = nullptr;
  std::string_view name{};
  std::size_t index = no_index;

  std::string text() const {
    if (!parent) return {};
    std::string out = parent->text();
    if (index != no_index) {
      append_index(out, index);
    } else {
      append_key(out, name);
    }
    return out;
  }
};

std::string_view kind_name(const json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "nothing";
}

std::string quoted(std::string_view text) {
  std::string out;
  write_string(out, excerpt(text));
  return out;
}

std::string got(std::string_view text) { return "got " + quoted(text); }

std::size_t count_characters(std::string_view utf8) {
  std::size_t n = 0;
  for (char c : utf8) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return n;
}

// An unsigned number past the largest int64 comes by its bits, as a negative `n`.
double as_double(std::int64_t n, const type_desc& type) {
  return type.is_signed ? static_cast<double>(n) : static_cast<double>(static_cast<std::uint64_t>(n));
}
bool below(std::int64_t n, const type_desc& type, const number_bound& low) {
  if (low.kind == number_bound::form::real) return as_double(n, type) < low.real;
  return (type.is_signed || n >= 0) && n < low.integer;
}
bool above(std::int64_t n, const type_desc& type, const number_bound& high) {
  if (high.kind == number_bound::form::real) return as_double(n, type) > high.real;
  return (!type.is_signed && n < 0) || n > high.integer;
}
bool fits_in(std::int64_t n, const integer_range& range) {
  return n < 0 ? n >= range.low : static_cast<std::uint64_t>(n) <= range.high;
}

class decoder {
 public:
  decoder(const type_desc& root, const decode_options& options, decode_report& report)
      : root_(root), options_(options), report_(report) {}

  bool value(const json& from, void* into, const type_desc& type, const field_rules& rules, const place& at) {
    switch (type.kind) {
      case type_kind::nothing:
        return from.is_null() || wrong_kind(from, type, rules, at);
      case type_kind::boolean:
        if (!from.is_bool()) return wrong_kind(from, type, rules, at);
        *static_cast<bool*>(into) = from.get_bool();
        return true;
      case type_kind::integer:
        return integer(from, into, type, rules, at);
      case type_kind::number:
        return number(from, into, type, rules, at);
      case type_kind::string:
      case type_kind::enumeration:
      case type_kind::timestamp:
        if (const auto* string = from.if_string()) return text(*string, into, type, rules, at);
        return wrong_kind(from, type, rules, at);
      case type_kind::json:
        *static_cast<json*>(into) = json(from, boost::json::storage_ptr{});
        return true;
      case type_kind::optional:
        if (from.is_null()) {
          type.clear(into);
          return true;
        }
        return value(from, type.emplace(into, 0), type.element(), rules, at);
      case type_kind::array:
        return array(from, into, type, rules, at);
      case type_kind::map:
        return map(from, into, type, rules, at);
      case type_kind::variant:
        return variant(from, into, type, rules, at);
      case type_kind::object:
        return object(from, into, type, rules, at);
      case type_kind::opaque:
        break;
    }
    return refuse(at, fmt::format("{} cannot be read from JSON", type.name), type, rules);
  }

  // What a JSON string can be read as.
  bool text(std::string_view from, void* into, const type_desc& type, const field_rules& rules,
            const place& at) {
    switch (type.kind) {
      case type_kind::string:
        return string(from, *static_cast<std::string*>(into), type, rules, at);
      case type_kind::enumeration:
        return enumeration(from, into, type, rules, at);
      case type_kind::timestamp:
        return instant(from, *static_cast<timestamp*>(into), type, rules, at);
      default:
        return refuse(at, "got a string", type, rules);
    }
  }

  // From here on only the answer matters: problems are not put into words.
  void be_quiet() { trying_ = true; }

 private:
  bool refuse(const place& at, std::string what, const type_desc& type, const field_rules& rules) {
    if (trying_) return false;
    if (report_.problems.size() < max_problems) {
      report_.problems.push_back(
          {at.text(), std::move(what), expectation(type, rules), example_of(type, rules)});
    }
    return false;
  }

  // Nothing that follows could change the answer or add to it.
  bool gave_up(bool good) const { return !good && (trying_ || report_.problems.size() >= max_problems); }

  bool wrong_kind(const json& from, const type_desc& type, const field_rules& rules, const place& at) {
    return refuse(at, fmt::format("got {}", kind_name(from)), type, rules);
  }

  bool integer(const json& from, void* into, const type_desc& type, const field_rules& rules,
               const place& at) {
    const integer_range range = range_of(type);
    std::int64_t n = 0;
    bool fits = true;
    if (const auto* i = from.if_int64()) {
      n = *i;
      fits = fits_in(n, range);
    } else if (const auto* u = from.if_uint64()) {
      n = static_cast<std::int64_t>(*u);
      fits = *u <= range.high;
    } else if (const auto* d = from.if_double()) {
      if (exact_kinds_ || std::trunc(*d) != *d) return refuse(at, fmt::format("got {}", *d), type, rules);
      // past 2^53 a double no longer names one integer
      fits = std::abs(*d) <= 9007199254740992.0 && *d >= static_cast<double>(range.low) &&
             *d <= static_cast<double>(range.high);
      if (fits) n = static_cast<std::int64_t>(*d);
    } else {
      return wrong_kind(from, type, rules, at);
    }
    if (!fits) return refuse(at, fmt::format("{} does not fit", dump_json(from)), type, rules);
    if (rules.low.set() && below(n, type, rules.low)) {
      return refuse(at, fmt::format("{} is below the minimum", dump_json(from)), type, rules);
    }
    if (rules.high.set() && above(n, type, rules.high)) {
      return refuse(at, fmt::format("{} is above the maximum", dump_json(from)), type, rules);
    }
    write_integer(into, type, n);
    return true;
  }

  bool number(const json& from, void* into, const type_desc& type, const field_rules& rules,
              const place& at) {
    double d = 0;
    if (const auto* real = from.if_double()) {
      d = *real;
    } else if (exact_kinds_ && from.is_number()) {
      return refuse(at, "got an integer", type, rules);
    } else if (const auto* i = from.if_int64()) {
      d = static_cast<double>(*i);
    } else if (const auto* u = from.if_uint64()) {
      d = static_cast<double>(*u);
    } else {
      return wrong_kind(from, type, rules, at);
    }
    if (rules.low.set() && d < rules.low.real)
      return refuse(at, fmt::format("{} is below the minimum", d), type, rules);
    if (rules.high.set() && d > rules.high.real) {
      return refuse(at, fmt::format("{} is above the maximum", d), type, rules);
    }
    if (type.size == sizeof(double)) {
      *static_cast<double*>(into) = d;
      return true;
    }
    if (std::abs(d) > static_cast<double>(std::numeric_limits<float>::max())) {
      return refuse(at, fmt::format("{} does not fit", d), type, rules);
    }
    *static_cast<float*>(into) = static_cast<float>(d);
    return true;
  }

  bool string(std::string_view text, std::string& into, const type_desc& type, const field_rules& rules,
              const place& at) {
    if (rules.allowed_count > 0) {
      bool allowed = false;
      for (std::size_t i = 0; i < rules.allowed_count; ++i) allowed |= rules.allowed[i] == text;
      if (!allowed) return refuse(at, got(text), type, rules);
    }
    if (rules.bounds_length()) {
      const std::size_t n = count_characters(text);
      if (n < rules.min_length || n > rules.max_length) {
        return refuse(at, fmt::format("got {} characters", n), type, rules);
      }
    }
    if (!rules.pattern.empty() && !matches(rules.pattern, text)) return refuse(at, got(text), type, rules);
    into.assign(text);
    return true;
  }

  bool matches(std::string_view pattern, std::string_view text) {
    if (options_.patterns) return options_.patterns->matches(pattern, text);
    if (!own_patterns_) own_patterns_.emplace(root_);
    return own_patterns_->matches(pattern, text);
  }

  bool enumeration(std::string_view text, void* into, const type_desc& type, const field_rules& rules,
                   const place& at) {
    for (std::size_t i = 0; i < type.count; ++i) {
      if (type.enumerators[i].name == text) {
        write_integer(into, type, type.enumerators[i].value);
        return true;
      }
    }
    return refuse(at, got(text), type, rules);
  }

  bool instant(std::string_view text, timestamp& into, const type_desc& type, const field_rules& rules,
               const place& at) {
    const auto read = parse_timestamp(text);
    if (!read) return refuse(at, got(text), type, rules);
    if (!read->had_zone && report_.notes.size() < max_notes) {
      report_.notes.push_back(
          fmt::format("{}: no zone given, read as UTC: {}", name_of(at), to_string(read->value)));
    }
    into = read->value;
    return true;
  }

  static std::string name_of(const place& at) {
    std::string out = at.text();
    return out.empty() ? "value" : out;
  }

  bool right_length(std::size_t n, const type_desc& type, const field_rules& rules, const place& at) {
    if (n >= rules.min_length && n <= rules.max_length) return true;
    const std::string most =
        rules.max_length == field_rules::no_max_length ? "any number" : fmt::format("{}", rules.max_length);
    return refuse(at, fmt::format("{} elements, allowed are {} to {}", n, rules.min_length, most), type,
                  of_elements(rules));
  }

  // A rule on the number of elements is not one on the elements.
  static field_rules of_elements(field_rules rules) {
    rules.min_length = 0;
    rules.max_length = field_rules::no_max_length;
    return rules;
  }

  bool array(const json& from, void* into, const type_desc& type, const field_rules& rules, const place& at) {
    const auto* elements = from.if_array();
    if (!elements) return wrong_kind(from, type, of_elements(rules), at);
    if (!right_length(elements->size(), type, rules, at)) return false;
    const field_rules inner = of_elements(rules);
    const type_desc& element = type.element();
    type.clear(into);
    bool good = true;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const place here{.parent = &at, .index = i};
      good &= value((*elements)[i], type.append(into), element, inner, here);
      if (gave_up(good)) return false;
    }
    return good;
  }

  bool map(const json& from, void* into, const type_desc& type, const field_rules& rules, const place& at) {
    const auto* members = from.if_object();
    if (!members) return wrong_kind(from, type, of_elements(rules), at);
    if (!right_length(members->size(), type, rules, at)) return false;
    const field_rules inner = of_elements(rules);
    const type_desc& element = type.element();
    type.clear(into);
    bool good = true;
    for (const auto& [key, item] : *members) {
      const place here{.parent = &at, .name = key};
      good &= value(item, type.insert(into, key), element, inner, here);
      if (gave_up(good)) return false;
    }
    return good;
  }

  bool object(const json& from, void* into, const type_desc& type, const field_rules& rules,
              const place& at) {
    const auto* members = from.if_object();
    if (!members) return wrong_kind(from, type, rules, at);
    bool good = true;
    std::size_t known = 0;
    for (std::size_t i = 0; i < type.count; ++i) {
      const field_desc& field = type.fields[i];
      if (is_hidden(field.name, at)) continue;
      const type_desc& field_type = field.type();
      const place here{.parent = &at, .name = field.name};
      if (const json* member = members->if_contains(field.name)) {
        ++known;
        good &= value(*member, const_cast<void*>(field.in(into)), field_type, field.rules, here);
      } else if (field_type.kind != type_kind::optional && !field.rules.defaulted) {
        good = refuse(here, "missing", field_type, field.rules);
      }
      if (gave_up(good)) return false;
    }
    if (known != members->size()) good = refuse_unknown(*members, type, at);
    return good;
  }

  bool refuse_unknown(const boost::json::object& members, const type_desc& type, const place& at) {
    if (trying_) return false;
    std::string names;
    for (std::size_t i = 0; i < type.count; ++i) {
      if (is_hidden(type.fields[i].name, at)) continue;
      if (!names.empty()) names += ", ";
      names += type.fields[i].name;
    }
    for (const auto& member : members) {
      const std::string_view key = member.key();
      if (report_.problems.size() >= max_problems) break;
      if (is_field(key, type, at)) continue;
      const place here{.parent = &at, .name = key};
      report_.problems.push_back({here.text(),
                                  "no such field",
                                  names.empty() ? "an empty object" : fmt::format("only {}", names),
                                  {}});
    }
    return false;
  }

  bool is_field(std::string_view key, const type_desc& type, const place& at) const {
    for (std::size_t i = 0; i < type.count; ++i) {
      if (type.fields[i].name == key) return !is_hidden(key, at);
    }
    return false;
  }

  bool is_hidden(std::string_view name, const place& at) const {
    if (at.parent) return false;
    for (std::string_view hidden : options_.hidden) {
      if (hidden == name) return true;
    }
    return false;
  }

  // The first alternative that takes the value; at first only one whose number is of the very kind, so that
  // 5.0 is not read as the integer of variant<int, double>.
  bool variant(const json& from, void* into, const type_desc& type, const field_rules& rules,
               const place& at) {
    if (attempt(from, into, type, rules, at, true)) return true;
    if (!exact_kinds_ && attempt(from, into, type, rules, at, false)) return true;
    if (trying_ && dead_ends_ < max_dead_ends) ++dead_ends_;
    return refuse(at, fmt::format("got {}, which fits none of the {} forms", kind_name(from), type.count),
                  type, rules);
  }

  bool attempt(const json& from, void* into, const type_desc& type, const field_rules& rules, const place& at,
               bool exact_kinds) {
    const std::size_t notes = report_.notes.size();
    const bool was_exact = std::exchange(exact_kinds_, exact_kinds);
    const bool was_trying = std::exchange(trying_, true);
    bool read = false;
    for (std::size_t i = 0; i < type.count && !read && dead_ends_ < max_dead_ends; ++i) {
      report_.notes.resize(notes);
      read = value(from, type.emplace(into, i), type.alternatives[i](), rules, at);
    }
    if (!read) report_.notes.resize(notes);
    exact_kinds_ = was_exact;
    trying_ = was_trying;
    return read;
  }

  const type_desc& root_;
  const decode_options& options_;
  decode_report& report_;
  std::optional<pattern_set> own_patterns_;
  bool exact_kinds_ = false;
  bool trying_ = false;  // an alternative of a variant: nobody will read its problems
  std::size_t dead_ends_ = 0;
};

}  // namespace

void decode(const json& from, void* into, const type_desc& type, const decode_options& options,
            decode_report& report) {
  static constexpr field_rules none;
  decoder(type, options, report).value(from, into, type, none, place{});
}

bool decode_scalar(const json& from, void* into, const field_desc& field, const decode_options& options,
                   decode_report& report) {
  decoder reader(field.type(), options, report);
  reader.be_quiet();
  const place root;
  return reader.value(from, into, field.type(), field.rules, place{.parent = &root, .name = field.name});
}

bool decode_integer(std::int64_t from, void* into, const field_desc& field, const decode_options& options,
                    decode_report& report) {
  const type_desc& type = field.type();
  if (type.kind != type_kind::integer) return decode_scalar(json(from), into, field, options, report);
  const field_rules& rules = field.rules;
  if (!fits_in(from, range_of(type)) || (rules.low.set() && below(from, type, rules.low)) ||
      (rules.high.set() && above(from, type, rules.high))) {
    return false;
  }
  write_integer(into, type, from);
  return true;
}

bool decode_text(std::string_view from, void* into, const field_desc& field, const decode_options& options,
                 decode_report& report) {
  const bool optional = field.type().kind == type_kind::optional;
  const type_desc& type = optional ? field.type().element() : field.type();
  decoder reader(type, options, report);
  reader.be_quiet();
  const place root;
  return reader.text(from, optional ? field.type().emplace(into, 0) : into, type, field.rules,
                     place{.parent = &root, .name = field.name});
}

void throw_problems(const decode_report& report, std::string_view type_name) {
  throw error("json_invalid", fmt::format("cannot read {}: {}", type_name, to_string(report.problems)));
}

}  // namespace detail

std::string to_string(const std::vector<problem>& problems) {
  std::string out;
  for (const problem& p : problems) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{}: {}", p.path.empty() ? "value" : p.path, p.what);
    if (!p.expected.empty()) out += fmt::format("; expected {}", p.expected);
    if (!p.example.empty()) out += fmt::format(", for example {}", p.example);
  }
  return out;
}

}  // namespace stook
