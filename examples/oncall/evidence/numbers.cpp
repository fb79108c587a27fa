#include <oncall/evidence/numbers.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

using namespace std::chrono_literals;

constexpr int max_depth = 64;

using ascii::is_alnum;
using ascii::is_digit;
using ascii::is_letter;
using ascii::to_lower;

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

bool separates(std::string_view text, std::size_t i) {
  const char c = text[i];
  if (c == ',') {  // "1,234" is one piece
    return i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1]);
  }
  return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F ||
         std::string_view("()[]{}<>\"'`=;|~\\^&").find(c) != std::string_view::npos;
}

/// Punctuation around a word goes, a sign before a number stays.
std::string_view trimmed(std::string_view piece) {
  constexpr std::string_view around = ".,:!?*/#@$-+_";
  while (!piece.empty() && around.find(piece.back()) != std::string_view::npos) piece.remove_suffix(1);
  while (!piece.empty() && around.find(piece.front()) != std::string_view::npos) {
    const bool sign =
        (piece.front() == '-' || piece.front() == '+') && piece.size() > 1 && is_digit(piece[1]);
    if (sign) break;
    piece.remove_prefix(1);
  }
  return piece;
}

std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < text.size();) {
    if (separates(text, i)) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && !separates(text, end)) ++end;
    const std::string_view piece = trimmed(text.substr(i, end - i));
    if (!piece.empty()) out.push_back(piece);
    i = end;
  }
  return out;
}

struct written_number {
  double value = 0;
  double half = 0.5;  ///< of the last decimal that is written
  bool has_sign = false;
  std::string_view rest{};  ///< what stands behind it
};

/// The number at the beginning of a piece. Thousands separators must stand where they belong.
std::optional<written_number> number_at_start(std::string_view piece) {
  std::size_t i = 0;
  written_number out;
  out.has_sign = !piece.empty() && (piece[0] == '-' || piece[0] == '+');
  if (out.has_sign) ++i;
  std::string digits(out.has_sign && piece[0] == '-' ? "-" : "");
  const std::size_t first = i;
  while (i < piece.size() && is_digit(piece[i])) digits += piece[i++];
  if (i == first) return std::nullopt;
  const bool may_group = i - first <= 3;
  const auto three_digits_at = [&](std::size_t at) {
    return at + 3 <= piece.size() &&
           std::all_of(piece.begin() + static_cast<std::ptrdiff_t>(at),
                       piece.begin() + static_cast<std::ptrdiff_t>(at) + 3, is_digit) &&
           (at + 3 == piece.size() || !is_digit(piece[at + 3]));
  };
  while (may_group && i < piece.size() && piece[i] == ',' && three_digits_at(i + 1)) {
    digits += piece.substr(i + 1, 3);
    i += 4;
  }
  if (i + 1 < piece.size() && piece[i] == '.' && is_digit(piece[i + 1])) {
    digits += piece[i++];
    while (i < piece.size() && is_digit(piece[i])) {
      digits += piece[i++];
      out.half /= 10;
    }
  }
  if (i + 1 < piece.size() && (piece[i] == 'e' || piece[i] == 'E')) {
    std::size_t end = i + 1;
    if (piece[end] == '-' || piece[end] == '+') ++end;
    if (end < piece.size() && is_digit(piece[end])) {
      int exponent = 0;
      const char* begin = piece.data() + i + 1 + (piece[i + 1] == '+' ? 1 : 0);
      const auto read = std::from_chars(begin, piece.data() + piece.size(), exponent);
      if (read.ec != std::errc{} || std::abs(exponent) > 300) return std::nullopt;
      i = static_cast<std::size_t>(read.ptr - piece.data());
      digits += 'e' + std::to_string(exponent);
      out.half *= std::pow(10.0, exponent);
    }
  }
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.value);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  out.rest = piece.substr(i);
  return out;
}

enum class unit_kind { plain, percent, time, scale };

struct unit {
  std::string_view name;
  unit_kind kind;
  double factor;  ///< seconds, or the scale
};

constexpr std::array units{
    unit{"%", unit_kind::percent, 1},
    unit{"percent", unit_kind::percent, 1},
    unit{"us", unit_kind::time, 1e-6},
    unit{"ms", unit_kind::time, 1e-3},
    unit{"milliseconds", unit_kind::time, 1e-3},
    unit{"s", unit_kind::time, 1},
    unit{"sec", unit_kind::time, 1},
    unit{"second", unit_kind::time, 1},
    unit{"seconds", unit_kind::time, 1},
    unit{"min", unit_kind::time, 60},
    unit{"mins", unit_kind::time, 60},
    unit{"minute", unit_kind::time, 60},
    unit{"minutes", unit_kind::time, 60},
    unit{"h", unit_kind::time, 3600},
    unit{"hr", unit_kind::time, 3600},
    unit{"hour", unit_kind::time, 3600},
    unit{"hours", unit_kind::time, 3600},
    unit{"d", unit_kind::time, 86400},
    unit{"day", unit_kind::time, 86400},
    unit{"days", unit_kind::time, 86400},
    unit{"k", unit_kind::scale, 1e3},
    unit{"K", unit_kind::scale, 1e3},
    unit{"M", unit_kind::scale, 1e6},
    unit{"kB", unit_kind::scale, 1e3},
    unit{"MB", unit_kind::scale, 1e6},
    unit{"GB", unit_kind::scale, 1e9},
    unit{"x", unit_kind::plain, 1},
    unit{"rps", unit_kind::plain, 1},
    unit{"fold", unit_kind::plain, 1},
};
constexpr unit no_unit{"", unit_kind::plain, 1};

/// The unit of that name; "/s" and "/min" are rates and scale nothing. Null for any other word.
const unit* unit_named(std::string_view name) {
  if (name.starts_with('-')) name.remove_prefix(1);  // "10-minute"
  if (name.empty() || name.front() == '/') return has_digit(name) ? nullptr : &no_unit;
  const std::string_view before_slash = name.substr(0, name.find('/'));
  if (has_digit(name)) return nullptr;
  for (const unit& u : units) {
    if (u.name == before_slash) return &u;
  }
  return nullptr;
}

/// The time of day in a piece, and how exact it is.
struct written_time {
  std::chrono::microseconds since_midnight{};
  std::chrono::microseconds precision{};
};

std::optional<written_time> time_of_day(std::string_view piece) {
  if (piece.ends_with('Z') || piece.ends_with('z')) piece.remove_suffix(1);
  const bool shape =
      (piece.size() == 5 || piece.size() >= 8) && piece[2] == ':' && (piece.size() == 5 || piece[5] == ':');
  if (!shape) return std::nullopt;
  const std::string whole = "1970-01-01T" + std::string(piece) + "Z";
  const auto at = parse_timestamp(whole);
  if (!at) return std::nullopt;
  written_time out{at->value - timestamp{}, 1ms};
  if (piece.size() == 5) out.precision = 60s;
  if (piece.size() == 8) out.precision = 1s;
  return out;
}

/// True if `exact`, cut or rounded at `precision`, is `written`.
bool agrees(std::chrono::microseconds exact, std::chrono::microseconds written,
            std::chrono::microseconds precision) {
  const auto late = exact - written;
  return late >= -precision / 2 && late < precision;
}

const json* member(const boost::json::object& object, std::string_view a, std::string_view b) {
  const json* found = object.if_contains(a);
  return found ? found : object.if_contains(b);
}

std::optional<timestamp> instant_in(const json* value) {
  if (!value || !value->is_string()) return std::nullopt;
  const auto parsed = parse_timestamp(value->get_string());
  if (!parsed) return std::nullopt;
  return parsed->value;
}

}  // namespace

void cited_values::add(const evidence_item& item) {
  numbers_.push_back(static_cast<double>(item.rows));
  for (timestamp t : item.window) instants_.push_back(t);
  if (item.window.size() == 2) {
    durations_.push_back(std::chrono::duration<double>(item.window[1] - item.window[0]).count());
  }
  collect(item.result, 0);
}

void cited_values::collect(const json& value, int depth) {
  if (depth > max_depth) return;
  if (value.is_number()) {
    numbers_.push_back(value.to_number<double>());
  } else if (const auto* text = value.if_string()) {
    collect_text(*text);
  } else if (const auto* array = value.if_array()) {
    for (const json& item : *array) collect(item, depth + 1);
  } else if (const auto* object = value.if_object()) {
    const auto start = instant_in(member(*object, "start", "from"));
    const auto end = instant_in(member(*object, "end", "to"));
    if (start && end) durations_.push_back(std::chrono::duration<double>(*end - *start).count());
    for (const auto& [key, item] : *object) {
      text_ += to_lower(key) + '\n';
      collect(item, depth + 1);
    }
  }
}

void cited_values::collect_text(std::string_view text) {
  text_ += to_lower(text) + '\n';
  if (const auto whole = parse_timestamp(text)) {
    instants_.push_back(whole->value);
    return;
  }
  for (std::string_view piece : pieces_of(text)) {
    if (!has_digit(piece)) continue;
    if (const auto t = parse_timestamp(piece)) {
      instants_.push_back(t->value);
    } else if (const auto n = number_at_start(piece); n && unit_named(n->rest)) {
      numbers_.push_back(n->value);
    }
  }
}

std::vector<std::string> cited_values::unsupported(std::string_view text) const {
  std::vector<std::string> out;
  const std::vector<std::string_view> pieces = pieces_of(text);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!has_digit(pieces[i])) continue;
    const std::string_view unit = i + 1 < pieces.size() ? pieces[i + 1] : std::string_view{};
    if (supports(pieces[i], unit)) continue;
    if (std::find(out.begin(), out.end(), pieces[i]) == out.end()) out.emplace_back(pieces[i]);
  }
  return out;
}

bool cited_values::supports(std::string_view piece, std::string_view unit) const {
  piece = trimmed(piece);
  if (!has_digit(piece)) return true;
  const bool evidence_id = piece.front() == 'E' && std::all_of(piece.begin() + 1, piece.end(), is_digit);
  if (evidence_id || supports_number(piece, unit) || supports_instant(piece) || supports_time_of_day(piece) ||
      has_word(piece)) {
    return true;
  }
  for (std::string_view mark : {"/", "..", "-", ","}) {
    for (std::size_t at = piece.find(mark); at != std::string_view::npos; at = piece.find(mark, at + 1)) {
      const std::string_view left = piece.substr(0, at);
      const std::string_view right = piece.substr(at + mark.size());
      if (!has_digit(left) || !has_digit(right)) continue;
      const auto n = number_at_start(right);
      const std::string_view unit_of_both = n && !n->rest.empty() && unit_named(n->rest) ? n->rest : unit;
      if (supports(left, unit_of_both) && supports(right, unit)) return true;
    }
  }
  return false;
}

bool cited_values::supports_number(std::string_view piece, std::string_view unit) const {
  const auto written = number_at_start(piece);
  if (!written) return false;
  const sre::unit* u = unit_named(written->rest);
  if (!u) return false;
  if (written->rest.empty()) {
    const sre::unit* behind = unit_named(unit);
    u = behind ? behind : &no_unit;
  }
  const auto equals = [&](double value) {
    const double slack = written->half + 1e-9 * std::abs(written->value);
    return std::abs(value - written->value) <= slack ||
           (!written->has_sign && std::abs(-value - written->value) <= slack);
  };
  const auto any = [&](double scale) {
    return std::any_of(numbers_.begin(), numbers_.end(), [&](double x) { return equals(x * scale); });
  };
  if (any(1)) return true;
  switch (u->kind) {
    case unit_kind::plain:
      return false;
    case unit_kind::percent:
      return any(100);
    case unit_kind::scale:
      return any(1 / u->factor);
    case unit_kind::time:
      for (double seconds : {1e-6, 1e-3, 1.0, 60.0, 3600.0}) {
        if (any(seconds / u->factor)) return true;
      }
      return std::any_of(durations_.begin(), durations_.end(),
                         [&](double seconds) { return equals(seconds / u->factor); });
  }
  return false;
}

bool cited_values::supports_instant(std::string_view piece) const {
  const auto written = parse_timestamp(piece);
  if (!written) return false;
  const std::size_t t = piece.find('T');
  std::chrono::microseconds precision = 1ms;
  if (t == std::string_view::npos) {
    const auto day = std::chrono::floor<std::chrono::days>(written->value.time_point());
    return std::any_of(instants_.begin(), instants_.end(), [&](timestamp x) {
      return std::chrono::floor<std::chrono::days>(x.time_point()) == day;
    });
  }
  const std::string_view clock = piece.substr(t + 1);
  if (clock.find('.') == std::string_view::npos) {
    const bool seconds = clock.size() >= 8 && clock[5] == ':';
    precision = seconds ? std::chrono::microseconds(1s) : std::chrono::microseconds(60s);
  }
  return std::any_of(instants_.begin(), instants_.end(), [&](timestamp x) {
    return agrees(x - timestamp{}, written->value - timestamp{}, precision);
  });
}

bool cited_values::supports_time_of_day(std::string_view piece) const {
  const auto written = time_of_day(piece);
  if (!written) return false;
  return std::any_of(instants_.begin(), instants_.end(), [&](timestamp x) {
    const auto since_midnight = x.time_point() - std::chrono::floor<std::chrono::days>(x.time_point());
    return agrees(since_midnight, written->since_midnight, written->precision);
  });
}

bool cited_values::has_number(double value) const {
  const double slack = 1e-6 * std::max(1.0, std::abs(value));
  return std::any_of(numbers_.begin(), numbers_.end(),
                     [&](double x) { return std::abs(x - value) <= slack; });
}

bool cited_values::has_instant(timestamp t) const {
  return std::any_of(instants_.begin(), instants_.end(),
                     [&](timestamp x) { return std::chrono::abs(x - t) <= 1s; });
}

bool cited_values::has_word(std::string_view word) const { return occurs(word, false); }
bool cited_values::has_name(std::string_view name) const { return occurs(name, true); }

bool cited_values::occurs(std::string_view text, bool as_name) const {
  if (text.empty()) return false;
  const std::string wanted = to_lower(text);
  // A digit must not touch a digit, nor a letter a letter: "p95" is in "p95_ms" and "CHG-44" not in
  // "CHG-4411".
  const auto touches = [as_name](char inside, char outside) {
    if (as_name && (outside == '-' || outside == '_')) return true;
    return is_digit(inside) ? is_digit(outside) : is_alnum(inside) && is_alnum(outside);
  };
  for (std::size_t at = text_.find(wanted); at != std::string::npos; at = text_.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    const bool before = at > 0 && touches(wanted.front(), text_[at - 1]);
    const bool after = end < text_.size() && touches(wanted.back(), text_[end]);
    if (!before && !after) return true;
  }
  return false;
}

}  // namespace stook::sre
