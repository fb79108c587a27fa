#include <stook/core/rules.hpp>

#include <limits>

#include <doctest/doctest.h>

using stook::field_rules;
using stook::number_bound;

TEST_CASE("bounds keep 64-bit integers exact") {
  constexpr number_bound most(std::numeric_limits<std::int64_t>::max());
  CHECK(most.kind == number_bound::form::integer);
  CHECK(most.integer == std::numeric_limits<std::int64_t>::max());
  CHECK(number_bound(std::int8_t{-3}).integer == -3);
}

TEST_CASE("a bound past int64 is a double and not a negative number") {
  constexpr number_bound huge(std::uint64_t{1} << 63);
  CHECK(huge.kind == number_bound::form::real);
  CHECK(huge.real == 9223372036854775808.0);
}

TEST_CASE("a fraction is a real bound") { CHECK(number_bound(0.5f).kind == number_bound::form::real); }

TEST_CASE("the last rule of a kind holds, and what was not said is not set") {
  constexpr field_rules r("text", stook::at_least{1}, stook::at_most{9}, stook::at_least{2},
                          stook::defaulted);
  CHECK(r.low.integer == 2);
  CHECK(r.high.integer == 9);
  CHECK(r.defaulted);
  CHECK(r.bounds_number());
  CHECK_FALSE(r.bounds_length());
  CHECK_FALSE(r.restricts_text());
  CHECK_FALSE(field_rules().bounds_number());
}

TEST_CASE("contradictions are seen") {
  CHECK(field_rules("", stook::between{1, 1}).is_satisfiable());
  CHECK_FALSE(field_rules("", stook::between{2, 1}).is_satisfiable());
  CHECK_FALSE(field_rules("", stook::between{0.5, 0.25}).is_satisfiable());
  CHECK_FALSE(field_rules("", stook::length{2, 1}).is_satisfiable());
}

TEST_CASE("one_of, matching, length and example are kept as written") {
  constexpr field_rules r("", stook::one_of{"a", "b"}, stook::matching{"^.$"}, stook::length{1, 2},
                          stook::example{"\"a\""});
  CHECK(r.allowed_count == 2);
  CHECK(r.allowed[1] == "b");
  CHECK(r.pattern == "^.$");
  CHECK(r.max_length == 2);
  CHECK(r.example == "\"a\"");
}
