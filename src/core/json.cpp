#include <stook/core/json.hpp>

#include <charconv>
#include <optional>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include "core/json_parse.hpp"
#include "core/json_path.hpp"

namespace stook {
namespace {

using boost::json::error_code;
using text_view = boost::json::string_view;

enum class refusal { none, nul, big_integer, infinite, duplicate_key };

// Where in the document the parser stands. Kept only while an error is being explained.
class path_tracker {
 public:
  void begin(bool object) { frames_.push_back({object, 0, std::nullopt}); }
  void end() {
    frames_.pop_back();
    done();
  }
  void key(std::string_view k) { frames_.back().key.emplace(k); }
  void done() {
    if (!frames_.empty()) ++frames_.back().index;
  }
  std::string text() const {
    std::string out;
    for (const frame& f : frames_) {
      if (!f.object) {
        detail::append_index(out, f.index);
      } else if (f.key) {
        detail::append_key(out, *f.key);
      }
    }
    return out;
  }

 private:
  struct frame {
    bool object;
    std::size_t index;
    std::optional<std::string> key;  // none before the first
  };
  std::vector<frame> frames_;
};

struct no_path {
  void begin(bool) {}
  void end() {}
  void key(std::string_view) {}
  void done() {}
};

// The handler that Boost.JSON's parser calls: builds the value and refuses what the parser lets through.
template <typename Path>
struct guard {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  boost::json::value_stack values;
  std::string number;  // the beginning of a number that comes in parts
  std::string key;
  refusal why = refusal::none;
  std::size_t members = 0;
  Path path;

  guard(boost::json::storage_ptr temporary, unsigned char* buffer, std::size_t size)
      : values(std::move(temporary), buffer, size) {}

  bool refuse(refusal r, error_code& ec) {
    why = r;
    ec = boost::json::error::exception;
    return false;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) {
    path.begin(false);
    return true;
  }
  bool on_array_end(std::size_t n, error_code&) {
    values.push_array(n);
    path.end();
    return true;
  }
  bool on_object_begin(error_code&) {
    path.begin(true);
    return true;
  }
  bool on_object_end(std::size_t n, error_code&) {
    members += n;
    values.push_object(n);
    path.end();
    return true;
  }
  bool on_string_part(text_view s, std::size_t, error_code& ec) {
    values.push_chars(s);
    return s.find('\0') == text_view::npos || refuse(refusal::nul, ec);
  }
  bool on_string(text_view s, std::size_t, error_code& ec) {
    values.push_string(s);
    path.done();
    return s.find('\0') == text_view::npos || refuse(refusal::nul, ec);
  }
  bool on_key_part(text_view s, std::size_t, error_code& ec) {
    if constexpr (!std::is_same_v<Path, no_path>) {
      key += s;
      path.key(key);
    }
    values.push_chars(s);
    return s.find('\0') == text_view::npos || refuse(refusal::nul, ec);
  }
  bool on_key(text_view s, std::size_t, error_code& ec) {
    if constexpr (!std::is_same_v<Path, no_path>) {
      key += s;
      path.key(key);
      key.clear();
    }
    values.push_key(s);
    return s.find('\0') == text_view::npos || refuse(refusal::nul, ec);
  }
  bool on_number_part(text_view s, error_code&) {
    number += s;
    return true;
  }
  bool on_int64(std::int64_t i, text_view, error_code&) {
    number.clear();
    values.push_int64(i);
    path.done();
    return true;
  }
  bool on_uint64(std::uint64_t u, text_view, error_code&) {
    number.clear();
    values.push_uint64(u);
    path.done();
    return true;
  }
  // Boost.JSON 1.81 is off by a unit in the last place now and then, so the text is read again.
  bool on_double(double, text_view s, error_code& ec) {
    std::string_view text{s.data(), s.size()};
    if (!number.empty()) {
      number += s;
      text = number;
    }
    if (text.find_first_of(".eE") == std::string_view::npos) return refuse(refusal::big_integer, ec);
    double d = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), d);
    if (read.ec == std::errc::result_out_of_range) {
      if (exponent(text) > 0) return refuse(refusal::infinite, ec);
      d = text.front() == '-' ? -0.0 : 0.0;
    }
    number.clear();
    values.push_double(d);
    path.done();
    return true;
  }
  bool on_bool(bool b, error_code&) {
    values.push_bool(b);
    path.done();
    return true;
  }
  bool on_null(error_code&) {
    values.push_null();
    path.done();
    return true;
  }
  bool on_comment_part(text_view, error_code&) { return true; }
  bool on_comment(text_view, error_code&) { return true; }

  // Decimal exponent of the first significant digit, roughly: its sign tells overflow from underflow.
  static std::int64_t exponent(std::string_view text) {
    const auto e = text.find_first_of("eE");
    std::int32_t exponent = 0;
    if (e != std::string_view::npos) {
      auto digits = text.substr(e + 1);
      if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
      if (read.ec != std::errc{}) return digits.front() == '-' ? -1 : 1;
    }
    const auto mantissa = text.substr(0, e);
    const auto point = mantissa.find('.');
    const auto first = mantissa.find_first_of("123456789");
    const auto units = static_cast<std::int64_t>(point == std::string_view::npos ? mantissa.size() : point);
    return exponent + units - static_cast<std::int64_t>(first);
  }
};

std::size_t count_members(const json& value) {
  std::size_t n = 0;
  if (const auto* object = value.if_object()) {
    n = object->size();
    for (const auto& member : *object) n += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const json& item : *array) n += count_members(item);
  }
  return n;
}

boost::json::parse_options options_for(const json_limits& limits) {
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  return options;
}

// What is wrong with a text that is already known to be wrong: the slow way, with a path.
struct explainer : guard<path_tracker> {
  using guard::guard;
  std::vector<std::unordered_set<std::string>> keys;

  bool on_object_begin(error_code& ec) {
    keys.emplace_back();
    return guard::on_object_begin(ec);
  }
  bool on_object_end(std::size_t n, error_code& ec) {
    keys.pop_back();
    return guard::on_object_end(n, ec);
  }
  bool on_key(text_view s, std::size_t n, error_code& ec) {
    std::string whole = key + std::string(s);
    if (!guard::on_key(s, n, ec)) return false;
    return keys.back().insert(std::move(whole)).second || refuse(refusal::duplicate_key, ec);
  }
};

[[noreturn]] void explain(std::string_view text, const json_limits& limits) {
  boost::json::basic_parser<explainer> parser(options_for(limits), boost::json::storage_ptr{}, nullptr, 0);
  parser.handler().values.reset();
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  const std::string path = parser.handler().path.text();
  const std::string where =
      path.empty() ? fmt::format("byte {}", used) : fmt::format("{} (byte {})", path, used);
  const auto because = [&](std::string code, std::string_view what, std::string hint) {
    return error(failure{std::move(code), fmt::format("{}: {}", where, what), std::move(hint)});
  };
  switch (parser.handler().why) {
    case refusal::nul:
      throw because("json_nul", "a string holds an escaped NUL", "leave \\u0000 out");
    case refusal::big_integer:
      throw because("json_number", "an integer does not fit in 64 bits", "use a smaller number or a string");
    case refusal::infinite:
      throw because("json_number", "a number is past the largest double", "use a smaller number");
    case refusal::duplicate_key:
      throw because("json_duplicate_key", "this key stands twice in its object", "name it once");
    case refusal::none:
      break;
  }
  if (ec == boost::json::error::exponent_overflow) {
    throw because("json_number", "the exponent of a number is out of range", "use a smaller exponent");
  }
  if (ec == boost::json::error::too_deep) {
    throw because("json_too_deep", fmt::format("more than {} nested arrays and objects", limits.depth),
                  "flatten the value");
  }
  if (!ec && used < text.size())
    throw because("json_syntax", "text behind the JSON value", "send one value alone");
  if (text.substr(0, 3) == "\xef\xbb\xbf") {
    throw because("json_syntax", "the text begins with a byte order mark", "leave the mark out");
  }
  if (ec == boost::json::error::incomplete || text.empty()) {
    throw because("json_syntax", "the text ends inside the JSON value", "send the whole value");
  }
  throw because("json_syntax", fmt::format("not JSON: {}", ec.message()), "send valid JSON (RFC 8259)");
}

}  // namespace

namespace detail {

json parse_json_in(std::string_view text, const json_limits& limits,
                   const boost::json::storage_ptr& storage) {
  if (text.size() > limits.bytes) {
    throw error(failure{
        "json_too_large",
        fmt::format("the JSON text has {} bytes, more than the {} allowed", text.size(), limits.bytes),
        "send less"});
  }
  unsigned char buffer[1024];
  boost::json::basic_parser<guard<no_path>> parser(options_for(limits), boost::json::storage_ptr{}, buffer,
                                                   sizeof buffer);
  auto& handler = parser.handler();
  handler.values.reset(storage);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (ec || used < text.size()) explain(text, limits);
  json value = handler.values.release();
  if (count_members(value) != handler.members) explain(text, limits);
  return value;
}

}  // namespace detail

json parse_json(std::string_view text, const json_limits& limits) {
  return detail::parse_json_in(text, limits, {});
}

bool is_json_object(std::string_view text) {
  try {
    return parse_json(text).is_object();
  } catch (const error&) {
    return false;
  }
}

}  // namespace stook
