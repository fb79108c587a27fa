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

// The constexpr tables behind every described type. Templates here only fill in tables; what walks them
// (schema, decode, encode) is ordinary functions in src/core. Users do not need this header.

namespace stook::detail {

enum class type_kind : unsigned char {
  nothing,  // std::monostate, and void results
  boolean,
  integer,
  number,
  string,
  enumeration,
  timestamp,
  json,
  optional,
  array,
  map,
  variant,
  object,
  opaque,  // a C++ type that nobody described: it moves, and has no JSON form
};

struct type_desc;
// A function and not a pointer, so that a struct may hold a vector of itself.
using type_ref = const type_desc& (*)();

struct enumerator {
  std::string_view name;
  std::int64_t value;
};

struct field_desc {
  std::string_view name;
  type_ref type;
  const void* (*in)(const void* object);
  field_rules rules;
};

struct type_desc {
  type_kind kind;
  bool is_signed = false;                     // integer, enumeration
  unsigned char size = 0;                     // integer, enumeration, number: bytes
  std::string_view name{};                    // of an object, an enumeration or an opaque type, for messages
  std::shared_ptr<void> (*make)() = nullptr;  // a value-initialised object; null if there is no such
  void (*assign)(void* to, const void* from) = nullptr;  // null if the type cannot be copied

  const field_desc* fields = nullptr;  // object
  const enumerator* enumerators = nullptr;
  const type_ref* alternatives = nullptr;  // variant
  std::size_t count = 0;                   // of fields, enumerators or alternatives
  const void* (*defaults)() = nullptr;     // object: a value-initialised one

  type_ref element = nullptr;  // optional, array, map

  // optional, array, map, variant: how to walk one and how to grow one
  std::size_t (*length)(const void*) = nullptr;            // 0 or 1 for optional; index of a variant
  const void* (*at)(const void*, std::size_t) = nullptr;   // optional (0), array; a variant's value
  void* (*append)(void*) = nullptr;                        // array
  void* (*insert)(void*, std::string_view key) = nullptr;  // map
  void* (*emplace)(void*, std::size_t) = nullptr;          // optional (0), variant
  void (*clear)(void*) = nullptr;                          // optional, array, map
  void (*each)(const void*, void* context, void (*visit)(void*, std::string_view, const void*)) = nullptr;
};

template <typename T>
const type_desc& type_of();

template <typename T>
struct type_table;  // one specialisation a shape; `value` is its table

template <typename T>
std::shared_ptr<void> make_value() {
  return std::make_shared<T>();
}

template <typename T>
constexpr auto maker() -> std::shared_ptr<void> (*)() {
  if constexpr (std::is_default_constructible_v<T>) {
    return &make_value<T>;
  } else {
    return nullptr;
  }
}

template <typename T>
void assign_value(void* to, const void* from) {
  *static_cast<T*>(to) = *static_cast<const T*>(from);
}

template <typename T>
constexpr auto assigner() -> void (*)(void*, const void*) {
  if constexpr (std::is_copy_assignable_v<T>) {
    return &assign_value<T>;
  } else {
    return nullptr;
  }
}

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
struct type_table<std::optional<T>> {
  using self = std::optional<T>;
  static constexpr type_desc value{
      .kind = type_kind::optional,
      .make = maker<self>(),
      .assign = assigner<self>(),
      .element = &type_of<T>,
      .length = [](const void* o) -> std::size_t { return static_cast<const self*>(o)->has_value() ? 1 : 0; },
      .at = [](const void* o, std::size_t) -> const void* { return &**static_cast<const self*>(o); },
      .emplace = [](void* o, std::size_t) -> void* { return &static_cast<self*>(o)->emplace(); },
      .clear = [](void* o) { static_cast<self*>(o)->reset(); }};
};

template <typename T, typename A>
struct type_table<std::vector<T, A>> {
  static_assert(!std::is_same_v<T, bool>,
                "std::vector<bool> has no addressable elements: use std::vector<char> "
                "or a vector of a described enumeration");
  using self = std::vector<T, A>;
  static constexpr type_desc value{
      .kind = type_kind::array,
      .make = maker<self>(),
      .assign = assigner<self>(),
      .element = &type_of<T>,
      .length = [](const void* o) -> std::size_t { return static_cast<const self*>(o)->size(); },
      .at = [](const void* o, std::size_t i) -> const void* { return &(*static_cast<const self*>(o))[i]; },
      .append = [](void* o) -> void* { return &static_cast<self*>(o)->emplace_back(); },
      .clear = [](void* o) { static_cast<self*>(o)->clear(); }};
};

template <typename Map>
struct map_table {
  static constexpr type_desc value{
      .kind = type_kind::map,
      .make = maker<Map>(),
      .assign = assigner<Map>(),
      .element = &type_of<typename Map::mapped_type>,
      .length = [](const void* o) -> std::size_t { return static_cast<const Map*>(o)->size(); },
      .insert = [](void* o, std::string_view key) -> void* {
        return &(*static_cast<Map*>(o))[typename Map::key_type(key)];
      },
      .clear = [](void* o) { static_cast<Map*>(o)->clear(); },
      .each =
          [](const void* o, void* context, void (*visit)(void*, std::string_view, const void*)) {
            const Map& map = *static_cast<const Map*>(o);
            if constexpr (requires { typename Map::key_compare; }) {
              for (const auto& [key, item] : map) visit(context, key, &item);
            } else {  // by key, so that the same map is the same text every time
              std::vector<const typename Map::value_type*> items;
              for (const auto& item : map) items.push_back(&item);
              std::sort(items.begin(), items.end(), [](auto* a, auto* b) { return a->first < b->first; });
              for (const auto* item : items) visit(context, item->first, &item->second);
            }
          }};
};
template <typename T, typename C, typename A>
struct type_table<std::map<std::string, T, C, A>> : map_table<std::map<std::string, T, C, A>> {};
template <typename T, typename H, typename E, typename A>
struct type_table<std::unordered_map<std::string, T, H, E, A>>
    : map_table<std::unordered_map<std::string, T, H, E, A>> {};

template <typename... T>
struct type_table<std::variant<T...>> {
  using self = std::variant<T...>;
  static constexpr type_ref refs[] = {&type_of<T>...};

  template <std::size_t... I>
  static void* emplace_at(self& v, std::size_t index, std::index_sequence<I...>) {
    void* place = nullptr;
    ((index == I ? void(place = &v.template emplace<I>()) : void()), ...);
    return place;
  }
  static constexpr type_desc value{
      .kind = type_kind::variant,
      .make = maker<self>(),
      .assign = assigner<self>(),
      .alternatives = refs,
      .count = sizeof...(T),
      .length = [](const void* o) -> std::size_t { return static_cast<const self*>(o)->index(); },
      .at = [](const void* o, std::size_t) -> const void* {
        return std::visit([](const auto& x) -> const void* { return &x; }, *static_cast<const self*>(o));
      },
      .emplace = [](void* o, std::size_t i) -> void* {
        return emplace_at(*static_cast<self*>(o), i, std::index_sequence_for<T...>{});
      }};
};

template <typename T>
concept has_rules = requires { stook_describe_rules(static_cast<const T*>(nullptr)); };

// The rules of a field of T: those of T itself, else those of the base that describes it.
template <typename T>
constexpr field_rules rules_of(std::string_view name) {
  if constexpr (has_rules<T>) {
    for (const named_rules& r : stook_describe_rules(static_cast<const T*>(nullptr))) {
      if (r.name == name) return r.rules;
    }
  }
  field_rules found;
  boost::mp11::mp_for_each<boost::describe::describe_bases<T, boost::describe::mod_public>>([&](auto base) {
    using Base = typename decltype(base)::type;
    field_rules r = rules_of<Base>(name);
    if (!r.text.empty() || r.defaulted) found = r;
  });
  return found;
}

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
    return {D::name, &type_of<Member>, &field_in<D>, rules_of<T>(D::name)};
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

/// True for types that have a JSON form.
template <typename T>
struct has_json_form
    : std::bool_constant<!std::is_same_v<T, json> ? type_table<T>::value.kind != type_kind::opaque : true> {};
template <>
struct has_json_form<json> : std::true_type {};

}  // namespace stook::detail

namespace stook {

/// A type that stook can read from and write to JSON: bool, integers, float, double, std::string, timestamp,
/// json, an enumeration with BOOST_DESCRIBE_ENUM, a struct with STOOK_DESCRIBE, and optionals, vectors, maps
/// with string keys and variants of those.
template <typename T>
concept describable = detail::has_json_form<T>::value;

}  // namespace stook
