#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace stook {

/// Lowest and highest number that a field takes, both included.
template <typename Low, typename High = Low>
struct between {
  Low low;
  High high;
};
template <typename Low, typename High>
between(Low, High) -> between<Low, High>;
/// Lowest number that a field takes.
template <typename Number>
struct at_least {
  Number low;
};
template <typename Number>
at_least(Number) -> at_least<Number>;
/// Highest number that a field takes.
template <typename Number>
struct at_most {
  Number high;
};
template <typename Number>
at_most(Number) -> at_most<Number>;
/// Fewest and most characters (Unicode code points) of a string, or elements of an array or map.
struct length {
  std::size_t min;
  std::size_t max;
};
/// A regular expression that must occur in the string; anchor it with ^ and $ to match the whole. The syntax
/// is RE2's; what the schema shows to others should also be ECMAScript, so stay with what both have.
struct matching {
  std::string_view pattern;
};
/// The only strings that a field takes, 16 at most. An enumeration says the same with a C++ type.
template <std::size_t N>
struct one_of {
  static_assert(N <= 16, "one_of takes at most 16 values: describe an enumeration instead");
  std::string_view values[N];
};
template <typename... Text>
one_of(Text...) -> one_of<sizeof...(Text)>;
/// JSON text of a good value, shown in the schema and in errors: `example{"\"checkout\""}`.
struct example {
  std::string_view json;
};
struct defaulted_t {};
/// The field may be left out; it then keeps the value that its struct gives it.
inline constexpr defaulted_t defaulted{};

/// A bound on a number that keeps 64-bit integers exact.
struct number_bound {
  enum class form : unsigned char { none, integer, real } kind = form::none;
  std::int64_t integer = 0;
  double real = 0;

  constexpr number_bound() = default;
  template <typename Number>
  constexpr explicit number_bound(Number n) {
    real = static_cast<double>(n);
    kind = form::real;
    if constexpr (std::is_integral_v<Number>) {
      if (std::in_range<std::int64_t>(n)) {  // one past it is as exact as a double
        kind = form::integer;
        integer = static_cast<std::int64_t>(n);
      }
    }
  }
  constexpr bool set() const { return kind != form::none; }
};

/// What one field of a described struct, or one parameter of a tool, must satisfy beyond its type.
struct field_rules {
  static constexpr std::size_t no_max_length = static_cast<std::size_t>(-1);

  std::string_view text{};  ///< description for the model and the schema
  std::string_view example{};
  std::string_view pattern{};
  number_bound low{};
  number_bound high{};
  std::size_t min_length = 0;
  std::size_t max_length = no_max_length;
  std::array<std::string_view, 16> allowed{};
  std::size_t allowed_count = 0;
  bool defaulted = false;

  constexpr field_rules() = default;
  template <typename... Rules>
  constexpr explicit field_rules(std::string_view description, Rules... rules) : text(description) {
    (add(rules), ...);
  }

  constexpr bool bounds_number() const { return low.set() || high.set(); }
  constexpr bool bounds_length() const { return min_length > 0 || max_length != no_max_length; }
  constexpr bool restricts_text() const { return !pattern.empty() || allowed_count > 0; }
  /// False if a lower bound is above its upper bound.
  constexpr bool is_satisfiable() const {
    const bool exact = low.kind == number_bound::form::integer && high.kind == number_bound::form::integer;
    const bool numbers =
        !low.set() || !high.set() || (exact ? low.integer <= high.integer : low.real <= high.real);
    return numbers && min_length <= max_length;
  }

 private:
  template <typename L, typename H>
  constexpr void add(between<L, H> b) {
    low = number_bound(b.low);
    high = number_bound(b.high);
  }
  template <typename N>
  constexpr void add(at_least<N> b) {
    low = number_bound(b.low);
  }
  template <typename N>
  constexpr void add(at_most<N> b) {
    high = number_bound(b.high);
  }
  template <std::size_t N>
  constexpr void add(one_of<N> o) {
    for (std::size_t i = 0; i < N; ++i) allowed[i] = o.values[i];
    allowed_count = N;
  }
  constexpr void add(stook::length l) {
    min_length = l.min;
    max_length = l.max;
  }
  constexpr void add(matching m) { pattern = m.pattern; }
  constexpr void add(stook::example e) { example = e.json; }
  constexpr void add(defaulted_t) { defaulted = true; }
};

}  // namespace stook
