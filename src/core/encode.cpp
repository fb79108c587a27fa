#include <boost/json/value.hpp>

#include <fmt/format.h>

#include <stook/core/any_value.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "core/json_writer.hpp"
#include "core/scalar.hpp"

namespace stook {
namespace detail {

const type_desc type_table<json>::value{
    .kind = type_kind::json, .make = &make_value<json>, .assign = &assign_value<json>};

namespace {

struct map_writer {
  std::string& out;
  const type_desc& element;
  bool first = true;
  bool repair = false;
  repaired_keys repaired{};

  static map_writer& self(void* context) { return *static_cast<map_writer*>(context); }

  static void check(void* context, std::string_view key, const void*) {
    self(context).repair |= !is_valid_utf8(key);
  }
  static void show(void* context, std::string_view key, const void*) { self(context).repaired.show(key); }
  static void write(void* context, std::string_view key, const void* item) {
    map_writer& w = self(context);
    if (!w.first) w.out += ',';
    w.first = false;
    write_string(w.out, w.repair ? std::string_view(w.repaired.of(key)) : key);
    w.out += ':';
    encode(w.out, item, w.element);
  }
};

void encode_map(std::string& out, const void* map, const type_desc& type) {
  map_writer writer{out, type.element()};
  type.each(map, &writer, &map_writer::check);
  if (writer.repair) type.each(map, &writer, &map_writer::show);
  out += '{';
  type.each(map, &writer, &map_writer::write);
  out += '}';
}

void encode_object(std::string& out, const void* object, const type_desc& type) {
  out += '{';
  bool first = true;
  for (std::size_t i = 0; i < type.count; ++i) {
    const field_desc& field = type.fields[i];
    const type_desc& field_type = field.type();
    const void* member = field.in(object);
    if (field_type.kind == type_kind::optional && field_type.length(member) == 0) continue;
    out += first ? "\"" : ",\"";
    first = false;
    out += field.name;  // an identifier: nothing to escape
    out += "\":";
    encode(out, member, field_type);
  }
  out += '}';
}

}  // namespace

void encode(std::string& out, const void* object, const type_desc& type) {
  switch (type.kind) {
    case type_kind::nothing:
      out += "null";
      return;
    case type_kind::boolean:
      out += *static_cast<const bool*>(object) ? "true" : "false";
      return;
    case type_kind::integer:
      if (type.is_signed) {
        write_number(out, read_integer(object, type));
      } else {
        write_number(out, static_cast<std::uint64_t>(read_integer(object, type)));
      }
      return;
    case type_kind::number: {
      if (type.size == sizeof(double)) {
        write_number(out, *static_cast<const double*>(object));
      } else {
        write_number(out, static_cast<double>(*static_cast<const float*>(object)));
      }
      return;
    }
    case type_kind::string:
      write_string(out, *static_cast<const std::string*>(object));
      return;
    case type_kind::enumeration: {
      const std::int64_t value = read_integer(object, type);
      for (std::size_t i = 0; i < type.count; ++i) {
        if (type.enumerators[i].value == value) {
          write_string(out, type.enumerators[i].name);
          return;
        }
      }
      throw error("no_json_form", fmt::format("{} is no described value of {}", value, type.name));
    }
    case type_kind::timestamp:
      write_string(out, to_string(*static_cast<const timestamp*>(object)));
      return;
    case type_kind::json:
      out += dump_json(*static_cast<const json*>(object));
      return;
    case type_kind::optional:
      if (type.length(object) == 0) {
        out += "null";
      } else {
        encode(out, type.at(object, 0), type.element());
      }
      return;
    case type_kind::array: {
      const type_desc& element = type.element();
      out += '[';
      for (std::size_t i = 0, n = type.length(object); i < n; ++i) {
        if (i) out += ',';
        encode(out, type.at(object, i), element);
      }
      out += ']';
      return;
    }
    case type_kind::map:
      encode_map(out, object, type);
      return;
    case type_kind::variant: {
      const std::size_t index = type.length(object);
      if (index >= type.count) throw error("no_json_form", "a variant lost its value in an exception");
      encode(out, type.at(object, 0), type.alternatives[index]());
      return;
    }
    case type_kind::object:
      encode_object(out, object, type);
      return;
    case type_kind::opaque:
      throw error("no_json_form",
                  fmt::format("{} has no JSON form; describe it with STOOK_DESCRIBE", type.name));
  }
}

json parse_own(std::string_view text) {
  // Our own writer's output: the bounds on text from outside do not apply.
  return parse_json(text, {.depth = 1024, .bytes = static_cast<std::size_t>(-1)});
}

}  // namespace detail

std::string to_json_text(const any_value& value) {
  if (!value.has_value()) return "null";
  std::string out;
  detail::encode(out, value.data(), *value.type());
  return out;
}

json to_json(const any_value& value) { return detail::parse_own(to_json_text(value)); }

}  // namespace stook
