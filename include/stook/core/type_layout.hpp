#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>

#include <stook/core/rules.hpp>

// What schema, decode and encode see of a described type: plain tables, filled in by type_desc.hpp. Users do
// not need this header.

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

}  // namespace stook::detail
