#include "core/decode_flat.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value.hpp>

#include "core/decode_field.hpp"

namespace stook::detail {
namespace {

using boost::json::error_code;
using text_view = boost::json::string_view;

constexpr std::size_t most_fields = 64;  // one bit each

// The handler that Boost.JSON's parser calls. Whatever it has no simple answer to ends the parsing.
class field_reader {
 public:
  static constexpr std::size_t max_object_size = most_fields;
  static constexpr std::size_t max_array_size = 0;
  static constexpr std::size_t max_key_size = 256;
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  field_reader(void* into, const type_desc& type, const decode_options& options, decode_report& report)
      : into_(into), type_(type), options_(options), report_(report) {}

  bool complete() const {
    for (std::size_t i = 0; i < type_.count; ++i) {
      const field_desc& field = type_.fields[i];
      if ((seen_ >> i & 1) == 0 && !field.rules.defaulted && field.type().kind != type_kind::optional &&
          !hidden(field)) {
        return false;
      }
    }
    return true;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return !std::exchange(inside_, true) || give_up(ec); }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_array_begin(error_code& ec) { return give_up(ec); }
  bool on_array_end(std::size_t, error_code& ec) { return give_up(ec); }

  bool on_key_part(text_view s, std::size_t, error_code&) {
    part_ += s;
    return true;
  }
  bool on_key(text_view s, std::size_t, error_code& ec) { return begin_field(whole(s)) || give_up(ec); }
  bool on_string_part(text_view s, std::size_t, error_code&) {
    part_ += s;
    return true;
  }
  bool on_string(text_view s, std::size_t, error_code& ec) {
    const std::string_view text = whole(s);
    const bool read = field_ && text.find('\0') == std::string_view::npos &&
                      decode_text(text, place(), *field_, options_, report_);
    part_.clear();
    return read || give_up(ec);
  }
  bool on_number_part(text_view, error_code& ec) { return give_up(ec); }
  bool on_int64(std::int64_t i, text_view, error_code& ec) { return scalar(json(i), ec); }
  bool on_uint64(std::uint64_t u, text_view, error_code& ec) { return scalar(json(u), ec); }
  // as `parse_json` reads them: the parser's own value may be off in the last place
  bool on_double(double, text_view s, error_code& ec) {
    double d = 0;
    const bool real = s.find_first_of(".eE") != text_view::npos;
    if (!real || std::from_chars(s.data(), s.data() + s.size(), d).ec != std::errc{}) return give_up(ec);
    return scalar(json(d), ec);
  }
  bool on_bool(bool b, error_code& ec) { return scalar(json(b), ec); }
  bool on_null(error_code& ec) { return scalar(json(nullptr), ec); }
  bool on_comment_part(text_view, error_code& ec) { return give_up(ec); }
  bool on_comment(text_view, error_code& ec) { return give_up(ec); }

 private:
  static bool give_up(error_code& ec) {
    ec = boost::json::error::exception;
    return false;
  }

  std::string_view whole(text_view last) {
    if (part_.empty()) return {last.data(), last.size()};
    part_ += last;
    return part_;
  }

  void* place() const { return const_cast<void*>(field_->in(into_)); }

  bool scalar(const json& value, error_code& ec) {
    return (field_ && decode_scalar(value, place(), *field_, options_, report_)) || give_up(ec);
  }

  // Models write the fields in the order of the schema, so the one behind the last is tried first.
  bool begin_field(std::string_view name) {
    std::size_t i = next_;
    if (i >= type_.count || type_.fields[i].name != name) {
      for (i = 0; i < type_.count && type_.fields[i].name != name;) ++i;
    }
    part_.clear();
    if (i == type_.count || (seen_ >> i & 1) != 0) return false;
    next_ = i + 1;
    seen_ |= std::uint64_t{1} << i;
    field_ = &type_.fields[i];
    return is_scalar(field_->type()) && !hidden(*field_);
  }

  static bool is_scalar(const type_desc& type) {
    switch (type.kind) {
      case type_kind::boolean:
      case type_kind::integer:
      case type_kind::number:
      case type_kind::string:
      case type_kind::enumeration:
      case type_kind::timestamp:
        return true;
      case type_kind::optional:
        return type.element().kind != type_kind::optional && is_scalar(type.element());
      default:
        return false;
    }
  }

  bool hidden(const field_desc& field) const {
    return std::find(options_.hidden.begin(), options_.hidden.end(), field.name) != options_.hidden.end();
  }

  void* into_;
  const type_desc& type_;
  const decode_options& options_;
  decode_report& report_;
  const field_desc* field_ = nullptr;
  std::uint64_t seen_ = 0;
  std::size_t next_ = 0;
  bool inside_ = false;
  std::string part_;  // of a key or a string that comes in parts
};

}  // namespace

bool decode_flat(std::string_view text, void* into, const type_desc& type, const decode_options& options,
                 decode_report& report) {
  if (type.kind != type_kind::object || type.count > most_fields) return false;
  boost::json::basic_parser<field_reader> parser({}, into, type, options, report);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  return !ec && used == text.size() && parser.handler().complete();
}

}  // namespace stook::detail
