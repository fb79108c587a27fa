#include "sql/bounded_functions.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include <stook/core/literal_set.hpp>
#include <stook/sql/database.hpp>

#include "sql/sqlite_error.hpp"

namespace stook::sqlite {
namespace {

constexpr std::int64_t widest_field = 1'000;

using values = std::span<sqlite3_value*>;

/// As SQLite's own functions take it, with a NUL behind it. Without data if memory ran out or the value is
/// NULL.
std::string_view text_of(sqlite3_value* v) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(v));
  return data == nullptr ? std::string_view{}
                         : std::string_view{data, static_cast<std::size_t>(sqlite3_value_bytes(v))};
}

bool is_null(sqlite3_value* v) { return sqlite3_value_type(v) == SQLITE_NULL; }

void give(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() != nullptr ? text.data() : "", text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The bytes of the first character: a byte and the continuation bytes behind it, as SQLite counts them.
std::string_view first_character(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && n < 4 && continues(text[n])) ++n;
  return text.substr(0, n);
}

std::string_view last_character(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && n < 4 && continues(text[text.size() - n])) ++n;
  return text.substr(text.size() - n);
}

// ---- trim

enum trim_sides : int { trim_left = 1, trim_right = 2 };

template <int Sides>
void trim(sqlite3_context* context, values arguments) {
  if (is_null(arguments[0]) || (arguments.size() == 2 && is_null(arguments[1]))) return;
  std::string_view text = text_of(arguments[0]);
  std::unordered_set<std::string_view> unwanted;
  std::string_view set = arguments.size() == 2 ? text_of(arguments[1]) : " ";
  while (!set.empty()) {
    const std::string_view c = first_character(set);
    unwanted.insert(c);
    set.remove_prefix(c.size());
  }
  while ((Sides & trim_left) && !text.empty() && unwanted.contains(first_character(text))) {
    text.remove_prefix(first_character(text).size());
  }
  while ((Sides & trim_right) && !text.empty() && unwanted.contains(last_character(text))) {
    text.remove_suffix(last_character(text).size());
  }
  give(context, text);
}

// ---- instr, replace

/// Where `what` stands in `text`, or npos. For a long `what` memmem is linear in glibc (the two-way
/// algorithm), which std::string_view::find is not.
std::size_t find(std::string_view text, std::string_view what) {
  if (text.size() < what.size()) return std::string_view::npos;
  const void* hit = memmem(text.data(), text.size(), what.data(), what.size());
  return hit == nullptr ? std::string_view::npos
                        : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

void instr(sqlite3_context* context, values arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  const bool bytes =
      sqlite3_value_type(arguments[0]) == SQLITE_BLOB && sqlite3_value_type(arguments[1]) == SQLITE_BLOB;
  const std::string_view text = text_of(arguments[0]);
  const std::string_view what = text_of(arguments[1]);
  if (what.empty()) return sqlite3_result_int(context, 1);
  const std::size_t at = find(text, what);
  if (at == std::string_view::npos) return sqlite3_result_int(context, 0);
  std::int64_t position = 1;
  for (char c : text.substr(0, at)) position += bytes || !continues(c);
  sqlite3_result_int64(context, position);
}

void replace(sqlite3_context* context, values arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1]) || is_null(arguments[2])) return;
  std::string_view text = text_of(arguments[0]);
  const std::string_view what = text_of(arguments[1]);
  const std::string_view by = text_of(arguments[2]);
  if (what.empty()) return sqlite3_result_value(context, arguments[0]);
  const int limit = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
  std::string out;
  for (;;) {
    const std::size_t at = find(text, what);
    out.append(text.substr(0, at));
    if (out.size() > static_cast<std::size_t>(limit)) return sqlite3_result_error_toobig(context);
    if (at == std::string_view::npos) return give(context, out);
    out.append(by);
    text.remove_prefix(at + what.size());
  }
}

// ---- like, glob

/// Whether both are texts that SQLite would match: it does not match blobs (as Debian builds it), nor long
/// patterns.
bool comparable(sqlite3_context* context, values arguments) {
  for (sqlite3_value* v : arguments) {
    if (is_null(v)) return false;
  }
  if (sqlite3_value_type(arguments[0]) == SQLITE_BLOB || sqlite3_value_type(arguments[1]) == SQLITE_BLOB) {
    sqlite3_result_int(context, 0);
    return false;
  }
  const int limit = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  if (text_of(arguments[0]).data() == nullptr || text_of(arguments[1]).data() == nullptr) {
    sqlite3_result_error_nomem(context);
    return false;
  }
  if (text_of(arguments[0]).size() > static_cast<std::size_t>(limit)) {
    sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
    return false;
  }
  return true;
}

/// Gives the answer, unless the query is over: one call may take a tenth of a second.
void give_match(sqlite3_context* context, values arguments, bool match) {
  const std::size_t steps = text_of(arguments[0]).size() * text_of(arguments[1]).size();
  if (static_cast<watch*>(sqlite3_user_data(context))->over_after(steps)) {
    return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  }
  sqlite3_result_int(context, match);
}

/// The literal of a pattern `%literal%`, if it is ASCII without wildcards and long enough for `literal_set`:
/// what most patterns are, and found ten times as fast. LIKE too does not look at the case of ASCII letters.
std::string_view literal_of(std::string_view pattern) {
  if (pattern.size() < 5 || !pattern.starts_with('%') || !pattern.ends_with('%')) return {};
  const std::string_view inside = pattern.substr(1, pattern.size() - 2);
  const auto special = [](char c) { return c == '%' || c == '_' || c <= 0; };
  return std::ranges::any_of(inside, special) ? std::string_view{} : inside;
}

/// Makes of a pattern that has passed `comparable` what the next rows need, if SQLite keeps it: it does where
/// the pattern is the same for all of them.
void keep_literal(sqlite3_context* context, values arguments) {
  const std::string_view literal = literal_of(text_of(arguments[0]));
  if (literal.empty()) return;
  const auto destroy = [](void* set) { delete static_cast<literal_set*>(set); };
  sqlite3_set_auxdata(context, 0, new literal_set(std::span{&literal, 1}), destroy);
}

void find_literal(sqlite3_context* context, const literal_set& literal, sqlite3_value* value) {
  const std::string_view text = text_of(value);
  if (text.data() == nullptr) return sqlite3_result_error_nomem(context);
  const std::size_t at = literal.find(text);
  // For LIKE a text ends with a NUL.
  const bool match = at != std::string_view::npos && text.substr(0, at).find('\0') == std::string_view::npos;
  if (static_cast<watch*>(sqlite3_user_data(context))->over_after(text.size()))
    return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  sqlite3_result_int(context, match);
}

void like(sqlite3_context* context, values arguments) {
  const bool texts = arguments.size() == 2 && sqlite3_value_type(arguments[0]) == SQLITE_TEXT &&
                     sqlite3_value_type(arguments[1]) == SQLITE_TEXT;
  if (const void* kept = texts ? sqlite3_get_auxdata(context, 0) : nullptr) {
    return find_literal(context, *static_cast<const literal_set*>(kept), arguments[1]);
  }
  if (!comparable(context, arguments)) return;
  if (texts) keep_literal(context, arguments);
  unsigned int escape = 0;
  if (arguments.size() == 3) {
    const std::string_view text = text_of(arguments[2]);
    if (text.size() != 1) {
      return sqlite3_result_error(context, "LIKE: ESCAPE expects a single ASCII character", -1);
    }
    escape = static_cast<unsigned char>(text.front());
  }
  const bool match = sqlite3_strlike(text_of(arguments[0]).data(), text_of(arguments[1]).data(), escape) == 0;
  give_match(context, arguments, match);
}

void glob(sqlite3_context* context, values arguments) {
  if (!comparable(context, arguments)) return;
  const bool match = sqlite3_strglob(text_of(arguments[0]).data(), text_of(arguments[1]).data()) == 0;
  give_match(context, arguments, match);
}

// ---- printf

/// One conversion of a format: %[flags][width][.precision]type, asterisks resolved.
struct conversion {
  std::string flags;
  std::int64_t width = 0;
  std::int64_t precision = -1;
  char type = 0;
};

/// The arguments behind the format; NULL for those that are not there.
class argument_reader {
 public:
  explicit argument_reader(values arguments) : rest_(arguments) {}

  sqlite3_value* next() {
    if (rest_.empty()) return nullptr;
    sqlite3_value* v = rest_.front();
    rest_ = rest_.subspan(1);
    return v;
  }

  std::int64_t integer() {
    sqlite3_value* v = next();
    return v != nullptr ? sqlite3_value_int64(v) : 0;
  }

  double real() {
    sqlite3_value* v = next();
    return v != nullptr ? sqlite3_value_double(v) : 0;
  }

  /// Null for a NULL, which %Q shows.
  const char* text() {
    sqlite3_value* v = next();
    return v != nullptr ? reinterpret_cast<const char*>(sqlite3_value_text(v)) : nullptr;
  }

 private:
  values rest_;
};

/// A run of digits or an asterisk; a number too wide for use stays too wide.
std::int64_t read_number(std::string_view& format, argument_reader& arguments) {
  if (format.starts_with('*')) {
    format.remove_prefix(1);
    return arguments.integer();
  }
  std::int64_t n = 0;
  while (!format.empty() && format.front() >= '0' && format.front() <= '9') {
    n = std::min(n * 10 + (format.front() - '0'), widest_field + 1);
    format.remove_prefix(1);
  }
  return n;
}

/// Reads what follows a percent sign.
conversion read_conversion(std::string_view& format, argument_reader& arguments) {
  conversion c;
  while (!format.empty() && std::string_view{"-+ 0#!,"}.find(format.front()) != std::string_view::npos) {
    if (c.flags.find(format.front()) == std::string::npos) c.flags += format.front();
    format.remove_prefix(1);
  }
  c.width = read_number(format, arguments);
  if (c.width < 0 && c.width >= -widest_field) {
    c.flags += '-';
    c.width = -c.width;
  }
  if (format.starts_with('.')) {
    format.remove_prefix(1);
    c.precision = read_number(format, arguments);
    if (c.precision < 0 && c.precision >= -widest_field) c.precision = -c.precision;
  }
  while (format.starts_with('l')) format.remove_prefix(1);
  if (!format.empty()) {
    c.type = format.front();
    format.remove_prefix(1);
  }
  return c;
}

/// %c repeats its character `precision` times and counts the width in characters.
void append_character(sqlite3_str* out, const conversion& c, const char* text) {
  const std::string_view one = text != nullptr && *text != '\0' ? first_character(text) : "";
  std::string run;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(c.precision, 1); ++i) run += one;
  sqlite3_str_appendf(out, fmt::format("%{}!{}s", c.flags, c.width).c_str(), run.c_str());
}

/// Appends one conversion with SQLite's own formatter; false if it has no such conversion.
bool append(sqlite3_str* out, const conversion& c, argument_reader& arguments) {
  // A width of 0 must not be written: it would read as the flag.
  std::string spec = "%" + c.flags;
  if (c.width > 0) spec += std::to_string(c.width);
  if (c.precision >= 0) spec += fmt::format(".{}", c.precision);
  switch (c.type) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      sqlite3_str_appendf(out, (spec + "ll" + c.type).c_str(), arguments.integer());
      return true;
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      sqlite3_str_appendf(out, (spec + c.type).c_str(), arguments.real());
      return true;
    case 's':
    case 'z':
      sqlite3_str_appendf(out, (spec + 's').c_str(), arguments.text());
      return true;
    case 'q':
    case 'Q':
    case 'w':
      sqlite3_str_appendf(out, (spec + c.type).c_str(), arguments.text());
      return true;
    case 'c':
      append_character(out, c, arguments.text());
      return true;
    case 0:  // the format ends in a percent sign
    case '%':
      sqlite3_str_appendchar(out, 1, '%');
      return true;
    default:
      return false;
  }
}

void print(sqlite3_context* context, values arguments) {
  if (arguments.empty() || is_null(arguments[0])) return;
  std::string_view format = text_of(arguments[0]);
  argument_reader rest{arguments.subspan(1)};
  struct string_free {
    void operator()(sqlite3_str* s) const { sqlite3_free(sqlite3_str_finish(s)); }
  };
  const std::unique_ptr<sqlite3_str, string_free> out{sqlite3_str_new(sqlite3_context_db_handle(context))};
  while (!format.empty() && sqlite3_str_errcode(out.get()) == SQLITE_OK) {
    const std::size_t plain = std::min(format.find('%'), format.size());
    sqlite3_str_append(out.get(), format.data(), static_cast<int>(plain));
    format.remove_prefix(plain);
    if (format.empty()) break;
    format.remove_prefix(1);
    const conversion c = read_conversion(format, rest);
    const auto too_wide = [](std::int64_t n) { return n > widest_field || n < -widest_field; };
    if (too_wide(c.width) || too_wide(c.precision)) {
      return sqlite3_result_error(context, "printf(): width and precision are at most 1000", -1);
    }
    if (!append(out.get(), c, rest)) {
      return sqlite3_result_error(context,
                                  "printf(): unknown conversion; use d i u x X o e E f g G s c q Q w", -1);
    }
  }
  if (sqlite3_str_errcode(out.get()) != SQLITE_OK)
    return sqlite3_result_error_code(context, sqlite3_str_errcode(out.get()));
  give(context, {sqlite3_str_value(out.get()), static_cast<std::size_t>(sqlite3_str_length(out.get()))});
}

/// A function as SQLite calls it: no exception may pass through its C frames.
template <void (*Body)(sqlite3_context*, values)>
void guarded(sqlite3_context* context, int count, sqlite3_value** arguments) noexcept {
  try {
    Body(context, values{arguments, static_cast<std::size_t>(count)});
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (...) {
    sqlite3_result_error(context, "internal error", -1);
  }
}

}  // namespace

void add_bounded_functions(database& db, watch& over_queries) {
  struct entry {
    const char* name;
    int arguments;
    void (*call)(sqlite3_context*, int, sqlite3_value**);
  };
  constexpr entry entries[] = {
      {"trim", 1, guarded<trim<trim_left | trim_right>>},
      {"trim", 2, guarded<trim<trim_left | trim_right>>},
      {"ltrim", 1, guarded<trim<trim_left>>},
      {"ltrim", 2, guarded<trim<trim_left>>},
      {"rtrim", 1, guarded<trim<trim_right>>},
      {"rtrim", 2, guarded<trim<trim_right>>},
      {"instr", 2, guarded<instr>},
      {"replace", 3, guarded<replace>},
      {"like", 2, guarded<like>},
      {"like", 3, guarded<like>},
      {"glob", 2, guarded<glob>},
      {"printf", -1, guarded<print>},
      {"format", -1, guarded<print>},
  };
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (const entry& e : entries) {
    if (sqlite3_create_function_v2(db.handle(), e.name, e.arguments, flags, &over_queries, e.call, nullptr,
                                   nullptr, nullptr) != SQLITE_OK) {
      throw sqlite_error(db.handle());
    }
  }
}

}  // namespace stook::sqlite
