#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe/bases.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <stook/core/describe.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/time.hpp>
#include <stook/core/type_containers.hpp>
#include <stook/core/type_layout.hpp>

// Fills in the tables of type_layout.hpp at compile time. What walks them (schema, decode, encode) is
// ordinary functions in src/core.

namespace stook::detail {

template <typename T>
constexpr std::string_view type_name() {
#if defined(__clang__)
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr std::string_view before = "[T = ";
#else
  constexpr std::string_view whole = __PRETTY_FUNCTION__;
  constexpr std::string_view before = "[with T = ";
#endif
  const auto begin = whole.find(before) + before.size();
  const auto end = whole.find_first_of(";]", begin);
  return whole.substr(begin, end - begin);
}

template <typename T>
concept described_struct = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;
template <typename T>
concept described_enum = boost::describe::has_describe_enumerators<T>::value;

// A field that is a keyword in C++ gets an underscore behind its name there.
constexpr std::string_view json_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

// Anything without a shape below.
template <typename T>
struct type_table {
  static constexpr type_desc value{
      .kind = type_kind::opaque, .name = type_name<T>(), .make = maker<T>(), .assign = assigner<T>()};
};

template <type_kind Kind, typename T>
struct scalar_table {
  static constexpr type_desc value{.kind = Kind,
                                   .is_signed = std::is_signed_v<T>,
                                   .size = static_cast<unsigned char>(sizeof(T) < 255 ? sizeof(T) : 0),
                                   .make = maker<T>(),
                                   .assign = assigner<T>()};
};

template <>
struct type_table<std::monostate> : scalar_table<type_kind::nothing, std::monostate> {};
template <>
struct type_table<bool> : scalar_table<type_kind::boolean, bool> {};
template <>
struct type_table<float> : scalar_table<type_kind::number, float> {};
template <>
struct type_table<double> : scalar_table<type_kind::number, double> {};
template <>
struct type_table<std::string> : scalar_table<type_kind::string, std::string> {};
template <>
struct type_table<timestamp> : scalar_table<type_kind::timestamp, timestamp> {};
template <std::integral T>
struct type_table<T> : scalar_table<type_kind::integer, T> {};

// boost::json::value is only declared here, so the table must not need its size.
template <>
struct type_table<json> {
  static const type_desc value;
};

template <described_enum T>
struct type_table<T> {
  template <typename... D>
  static constexpr auto list(boost::mp11::mp_list<D...>) {
    return std::array<enumerator, sizeof...(D)>{enumerator{D::name, static_cast<std::int64_t>(D::value)}...};
  }
  static constexpr auto all =
      list(boost::mp11::mp_rename<boost::describe::describe_enumerators<T>, boost::mp11::mp_list>{});
  static constexpr type_desc value{.kind = type_kind::enumeration,
                                   .is_signed = std::is_signed_v<std::underlying_type_t<T>>,
                                   .size = sizeof(T),
                                   .name = type_name<T>(),
                                   .make = maker<T>(),
                                   .assign = assigner<T>(),
                                   .enumerators = all.data(),
                                   .count = all.size()};
};

template <typename T>
concept has_rules = requires { stook_describe_rules(static_cast<const T*>(nullptr)); };

// The rules of a field of T: those of T itself, else those of the base that describes it.
template <typename T>
constexpr bool find_rules(std::string_view name, field_rules& found) {
  if constexpr (has_rules<T>) {
    for (const named_rules& r : stook_describe_rules(static_cast<const T*>(nullptr))) {
      if (r.name == name) {
        found = r.rules;
        return true;
      }
    }
  }
  bool done = false;
  boost::mp11::mp_for_each<boost::describe::describe_bases<T, boost::describe::mod_public>>(
      [&](auto base) { done = done || find_rules<typename decltype(base)::type>(name, found); });
  return done;
}

// Which rules can mean something for a type; those of a container are for its elements.
template <typename T>
struct rule_target {
  static constexpr bool number =
      type_table<T>::value.kind == type_kind::integer || type_table<T>::value.kind == type_kind::number;
  static constexpr bool text = std::is_same_v<T, std::string>;
  static constexpr bool sized = text;
};
template <>
struct rule_target<json> {
  static constexpr bool number = false, text = false, sized = false;
};
template <described_struct T>
struct rule_target<T> : rule_target<json> {};  // its fields have rules of their own
template <typename T>
struct rule_target<std::optional<T>> : rule_target<T> {};
template <typename T>
struct elements_target {
  static constexpr bool number = rule_target<T>::number, text = rule_target<T>::text, sized = true;
};
template <typename T, typename A>
struct rule_target<std::vector<T, A>> : elements_target<T> {};
template <typename T, typename C, typename A>
struct rule_target<std::map<std::string, T, C, A>> : elements_target<T> {};
template <typename T, typename H, typename E, typename A>
struct rule_target<std::unordered_map<std::string, T, H, E, A>> : elements_target<T> {};
template <typename... T>
struct rule_target<std::variant<T...>> {
  static constexpr bool number = (rule_target<T>::number || ...);
  static constexpr bool text = (rule_target<T>::text || ...);
  static constexpr bool sized = (rule_target<T>::sized || ...);
};

template <typename MemberPointer>
struct member_of;
template <typename Class, typename Member>
struct member_of<Member Class::*> {
  using type = Member;
};

template <described_struct T>
struct type_table<T> {
  template <typename D>
  static const void* field_in(const void* object) {
    return &(static_cast<const T*>(object)->*D::pointer);
  }
  template <typename D>
  static constexpr field_desc field() {
    using Member = typename member_of<std::remove_cv_t<decltype(D::pointer)>>::type;
    constexpr field_rules rules = [] {
      field_rules found;
      find_rules<T>(D::name, found);
      return found;
    }();
    using target = rule_target<Member>;
    static_assert(!rules.bounds_number() || target::number, "at_least, at_most and between are for numbers");
    static_assert(!rules.restricts_text() || target::text, "matching and one_of are for strings");
    static_assert(!rules.bounds_length() || target::sized, "length is for strings, arrays and maps");
    static_assert(rules.is_satisfiable(), "the lower bound of this field is above its upper bound");
    return {json_name(D::name), &type_of<Member>, &field_in<D>, rules};
  }
  template <typename... D>
  static constexpr auto list(boost::mp11::mp_list<D...>) {
    return std::array<field_desc, sizeof...(D)>{field<D>()...};
  }
  using members =
      boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
  static constexpr auto all = list(boost::mp11::mp_rename<members, boost::mp11::mp_list>{});

  static const void* default_object() {
    static const T object{};
    return &object;
  }
  static constexpr type_desc value{.kind = type_kind::object,
                                   .name = type_name<T>(),
                                   .make = maker<T>(),
                                   .assign = assigner<T>(),
                                   .fields = all.data(),
                                   .count = all.size(),
                                   .defaults = &default_object};
};

template <typename T>
const type_desc& type_of() {
  return type_table<T>::value;
}

// True for types that have a JSON form, elements included. A field without one is found at run time.
template <typename T>
struct has_json_form : std::bool_constant<type_table<T>::value.kind != type_kind::opaque> {};
template <>
struct has_json_form<json> : std::true_type {};
template <described_struct T>
struct has_json_form<T> : std::true_type {};  // without a look at its table, which may be compiled elsewhere
template <typename T>
struct has_json_form<std::optional<T>> : has_json_form<T> {};
template <typename T, typename A>
struct has_json_form<std::vector<T, A>> : has_json_form<T> {};
template <typename T, typename C, typename A>
struct has_json_form<std::map<std::string, T, C, A>> : has_json_form<T> {};
template <typename T, typename H, typename E, typename A>
struct has_json_form<std::unordered_map<std::string, T, H, E, A>> : has_json_form<T> {};
template <typename... T>
struct has_json_form<std::variant<T...>> : std::conjunction<has_json_form<T>...> {};

}  // namespace stook::detail

namespace stook {

/// A type that stook can read from and write to JSON: bool, integers, float, double, std::string, timestamp,
/// json, an enumeration with BOOST_DESCRIBE_ENUM, a struct with STOOK_DESCRIBE, and optionals, vectors, maps
/// with string keys and variants of those.
template <typename T>
concept describable = detail::has_json_form<T>::value;

}  // namespace stook
