#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <stook/core/type_layout.hpp>

// The tables of optionals, vectors, maps and variants. Users do not need this header.

namespace stook::detail {

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

}  // namespace stook::detail
