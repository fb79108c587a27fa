#include "core/decode_flat.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include <stook/core/ascii.hpp>

#include "core/decode_field.hpp"
#include "core/json_parse.hpp"

namespace stook::detail {
namespace {

constexpr std::size_t most_fields = 64;  // one bit each

using ascii::is_digit;

// Whether eight bytes are ASCII that stands for itself in a JSON string. May say no to such that are.
bool is_plain_block(const char* bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t quotes = word ^ '"' * ones, backslashes = word ^ '\\' * ones;
  return ((word | (word - ' ' * ones) | (quotes - ones) | (backslashes - ones)) & tops) == 0;
}

// Reads the object front to back. Plain strings and numbers are read in place, other ones by the parser, and
// whatever is no scalar of a known field ends the reading.
class field_reader {
 public:
  field_reader(std::string_view text, void* into, const type_desc& type, const decode_options& options,
               decode_report& report)
      : at_(text.data()),
        end_(text.data() + text.size()),
        into_(into),
        type_(type),
        options_(options),
        report_(report) {}

  bool read() {
    skip_blanks();
    if (!take('{')) return false;
    skip_blanks();
    if (!take('}')) {
      for (;;) {
        if (!member()) return false;
        skip_blanks();
        if (!take(',')) break;
        skip_blanks();
      }
      if (!take('}')) return false;
    }
    skip_blanks();
    return at_ == end_ && complete();
  }

 private:
  void skip_blanks() {
    while (at_ != end_ && *at_ <= ' ' && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  bool member() {
    std::string_view text;
    if (!string(text) || !begin_field(text)) return false;
    skip_blanks();
    if (!take(':')) return false;
    skip_blanks();
    if (at_ == end_) return false;
    switch (*at_) {
      case '"':
        return string(text) && decode_text(text, place(), *field_, options_, report_);
      case 't':
        return take("true") && scalar(json(true));
      case 'f':
        return take("false") && scalar(json(false));
      case 'n':
        return take("null") && scalar(json(nullptr));
      default:
        return number();
    }
  }

  // The characters of the string that begins here, until the next one is read; false if it is none.
  bool string(std::string_view& text) {
    if (at_ == end_ || *at_ != '"') return false;
    const char* const begin = at_ + 1;
    const char* const end = end_;
    unsigned char all = 0;
    for (const char* p = begin; p != end;) {
      if (end - p >= 8 && is_plain_block(p)) {
        p += 8;
        continue;
      }
      for (const char* const stop = end - p < 8 ? end : p + 8; p != stop; ++p) {
        const auto c = static_cast<unsigned char>(*p);
        if (c == '"') {
          at_ = p + 1;
          text = {begin, p};
          return all < 0x80 || is_valid_utf8(text);
        }
        if (c == '\\') return escaped_string(text);
        if (c < ' ') return false;
        all |= c;
      }
    }
    return false;
  }

  bool escaped_string(std::string_view& text) {
    const char* const begin = at_++;
    while (at_ != end_ && *at_ != '"') at_ += *at_ == '\\' && at_ + 1 != end_ ? 2 : 1;
    if (!take('"')) return false;
    const auto parsed = parse({begin, at_});
    if (!parsed) return false;
    unescaped_.assign(parsed->get_string());
    text = unescaped_;
    return true;
  }

  bool number() {
    const char* p = at_;
    const bool negative = *p == '-';
    const char* const digits = p += negative;
    std::int64_t n = 0;
    for (const char* const most = digits + std::min<std::ptrdiff_t>(18, end_ - p); p != most && is_digit(*p);
         ++p) {
      n = 10 * n + (*p - '0');
    }
    const bool goes_on = p != end_ && (is_digit(*p) || *p == '.' || *p == 'e' || *p == 'E');
    if (p != digits && !goes_on && (*digits != '0' || p == digits + 1)) {
      at_ = p;
      return decode_integer(negative ? -n : n, place(), *field_, options_, report_);
    }
    const auto belongs = [](char c) {
      return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
    };
    p = std::find_if_not(at_, end_, belongs);
    const auto parsed = parse({at_, p});
    at_ = p;
    return parsed && scalar(*parsed);
  }

  // One string or number.
  std::optional<json> parse(std::string_view text) {
    if (text.empty()) return std::nullopt;
    try {
      return parse_json_in(text, {.depth = 1, .bytes = text.size()}, {});
    } catch (const error&) {
      return std::nullopt;
    }
  }

  void* place() const { return const_cast<void*>(field_->in(into_)); }

  bool scalar(const json& value) { return decode_scalar(value, place(), *field_, options_, report_); }

  // Models write the fields in the order of the schema, so the one behind the last is tried first.
  bool begin_field(std::string_view name) {
    std::size_t i = next_;
    if (i >= type_.count || type_.fields[i].name != name) {
      for (i = 0; i < type_.count && type_.fields[i].name != name;) ++i;
    }
    if (i == type_.count || (seen_ >> i & 1) != 0) return false;
    next_ = i + 1;
    ++count_;
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

  bool complete() const {
    if (count_ == type_.count) return true;
    for (std::size_t i = 0; i < type_.count; ++i) {
      const field_desc& field = type_.fields[i];
      if ((seen_ >> i & 1) == 0 && !field.rules.defaulted && field.type().kind != type_kind::optional &&
          !hidden(field)) {
        return false;
      }
    }
    return true;
  }

  bool hidden(const field_desc& field) const {
    return std::find(options_.hidden.begin(), options_.hidden.end(), field.name) != options_.hidden.end();
  }

  const char* at_;
  const char* end_;
  void* into_;
  const type_desc& type_;
  const decode_options& options_;
  decode_report& report_;
  const field_desc* field_ = nullptr;
  std::uint64_t seen_ = 0;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::string unescaped_;
};

}  // namespace

bool decode_flat(std::string_view text, void* into, const type_desc& type, const decode_options& options,
                 decode_report& report) {
  if (type.kind != type_kind::object || type.count > most_fields) return false;
  return field_reader(text, into, type, options, report).read();
}

}  // namespace stook::detail
