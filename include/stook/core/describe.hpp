#pragma once

#include <array>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <stook/core/rules.hpp>

/// Describes a struct once: from this line come its JSON Schema, its parser, its validator and its writer.
/// Stands in the struct's own namespace, behind it; 40 fields at most:
///
///     struct log_query { std::string service; int minutes = 15; };
///     STOOK_DESCRIBE(log_query,
///         (service, "Service whose logs to read", stook::matching{"^[a-z-]+$"}),
///         (minutes, "How far back", stook::between{1, 1440}, stook::defaulted))
///
/// A field is required unless it is a std::optional or marked `stook::defaulted`. An underscore that ends a
/// field's name is not part of its name in JSON: `do_` is "do". The rules are those of stook/core/rules.hpp.
/// A type that only has BOOST_DESCRIBE_STRUCT works too, without texts and rules. Enumerations are described
/// by BOOST_DESCRIBE_ENUM.
#define STOOK_DESCRIBE(Type, ...)                                                           \
  BOOST_DESCRIBE_STRUCT(Type, (), (STOOK_DETAIL_EACH(STOOK_DETAIL_NAME, __VA_ARGS__)))      \
  constexpr auto stook_describe_rules(const Type*) {                                        \
    return ::stook::detail::list_rules(STOOK_DETAIL_EACH(STOOK_DETAIL_RULES, __VA_ARGS__)); \
  }

namespace stook::detail {

struct named_rules {
  std::string_view name;
  field_rules rules;
};

// An std::array of nothing cannot be deduced: a struct without fields.
template <typename... Rules>
constexpr std::array<named_rules, sizeof...(Rules)> list_rules(Rules... rules) {
  return {rules...};
}

}  // namespace stook::detail

#define STOOK_DETAIL_NAME(Field) STOOK_DETAIL_NAME_OF Field
#define STOOK_DETAIL_NAME_OF(Name, ...) Name
#define STOOK_DETAIL_RULES(Field) STOOK_DETAIL_RULES_OF Field
#define STOOK_DETAIL_RULES_OF(Name, ...) \
  ::stook::detail::named_rules { #Name, ::stook::field_rules(__VA_OPT__(__VA_ARGS__)) }

// STOOK_DETAIL_EACH(F, a, b, c) is F(a), F(b), F(c): recursion by deferred rescanning, as in David
// Mazières' "Recursive macros with C++20 __VA_OPT__".
#define STOOK_DETAIL_PARENS ()
#define STOOK_DETAIL_EXPAND(...) STOOK_DETAIL_EXPAND3(STOOK_DETAIL_EXPAND3(STOOK_DETAIL_EXPAND3(__VA_ARGS__)))
#define STOOK_DETAIL_EXPAND3(...) \
  STOOK_DETAIL_EXPAND2(STOOK_DETAIL_EXPAND2(STOOK_DETAIL_EXPAND2(__VA_ARGS__)))
#define STOOK_DETAIL_EXPAND2(...) \
  STOOK_DETAIL_EXPAND1(STOOK_DETAIL_EXPAND1(STOOK_DETAIL_EXPAND1(__VA_ARGS__)))
#define STOOK_DETAIL_EXPAND1(...) __VA_ARGS__
#define STOOK_DETAIL_EACH(F, ...) __VA_OPT__(STOOK_DETAIL_EXPAND(STOOK_DETAIL_STEP(F, __VA_ARGS__)))
#define STOOK_DETAIL_STEP(F, First, ...) \
  F(First) __VA_OPT__(, STOOK_DETAIL_AGAIN STOOK_DETAIL_PARENS(F, __VA_ARGS__))
#define STOOK_DETAIL_AGAIN() STOOK_DETAIL_STEP
