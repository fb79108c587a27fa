#include "core/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook {
namespace detail {
namespace {

template <typename Number>
void append_number(std::string& out, Number number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void write_value(std::string& out, const json& value, int indent, int depth);

void new_line(std::string& out, int indent, int depth) {
  if (indent == 0) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent * depth), ' ');
}

void write_array(std::string& out, const boost::json::array& array, int indent, int depth) {
  out += '[';
  bool first = true;
  for (const json& item : array) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent, depth + 1);
    write_value(out, item, indent, depth + 1);
  }
  if (!first) new_line(out, indent, depth);
  out += ']';
}

void write_object(std::string& out, const boost::json::object& object, int indent, int depth) {
  repaired_keys repaired;
  const bool repair =
      !std::all_of(object.begin(), object.end(), [](const auto& m) { return is_valid_utf8(m.key()); });
  if (repair) {
    for (const auto& member : object) repaired.show(member.key());
  }
  out += '{';
  bool first = true;
  for (const auto& [key, item] : object) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent, depth + 1);
    write_string(out, repair ? std::string_view(repaired.of(key)) : std::string_view(key));
    out += indent ? ": " : ":";
    write_value(out, item, indent, depth + 1);
  }
  if (!first) new_line(out, indent, depth);
  out += '}';
}

void write_value(std::string& out, const json& value, int indent, int depth) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      write_number(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      write_number(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      write_number(out, value.get_double());
      break;
    case boost::json::kind::string:
      write_string(out, value.get_string());
      break;
    case boost::json::kind::array:
      write_array(out, value.get_array(), indent, depth);
      break;
    case boost::json::kind::object:
      write_object(out, value.get_object(), indent, depth);
      break;
  }
}

}  // namespace

void write_number(std::string& out, std::int64_t number) { append_number(out, number); }
void write_number(std::string& out, std::uint64_t number) { append_number(out, number); }

void write_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const std::size_t begin = out.size();
  append_number(out, number);
  // "5" would read back as an integer
  if (out.find_first_of(".e", begin) == std::string::npos) out += ".0";
}

void write_string(std::string& out, std::string_view text) {
  if (!is_valid_utf8(text)) {
    write_string(out, to_valid_utf8(text));
    return;
  }
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        out += "\\u00";
        out += "0123456789abcdef"[c >> 4];
        out += "0123456789abcdef"[c & 15];
    }
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

void repaired_keys::show(std::string_view key) {
  if (is_valid_utf8(key)) taken_.emplace(key);
}

std::string repaired_keys::of(std::string_view key) {
  if (is_valid_utf8(key)) return std::string(key);
  const std::string name = to_valid_utf8(key);
  if (taken_.insert(name).second) return name;
  std::string unique;
  std::size_t n = 2;
  do unique = name + '~' + std::to_string(n++);
  while (!taken_.insert(unique).second);
  return unique;
}

}  // namespace detail

std::string dump_json(const json& value) {
  std::string out;
  detail::write_value(out, value, 0, 0);
  return out;
}

std::string dump_json_pretty(const json& value) {
  std::string out;
  detail::write_value(out, value, 2, 0);
  out += '\n';
  return out;
}

}  // namespace stook
