#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include <stook/core/error.hpp>
#include <stook/pipeline/detail/component_body.hpp>

// What the compiler checks of a connection by member pointers.

namespace stook {
class message;
}

namespace stook::detail {

/// Specialised as true for types that read as text, such as a chat message.
template <typename T>
inline constexpr bool reads_as_text = false;
template <>
inline constexpr bool reads_as_text<message> = true;

template <typename T>
struct element_type {
  using type = void;
};
template <typename T, typename A>
struct element_type<std::vector<T, A>> {
  using type = T;
};
template <typename T>
struct is_optional : std::false_type {};
template <typename T>
struct is_optional<std::optional<T>> : std::true_type {};
template <typename T, typename Variant>
struct is_alternative : std::false_type {};
template <typename T, typename... A>
struct is_alternative<T, std::variant<A...>> : std::bool_constant<(std::is_same_v<T, A> || ...)> {};

template <typename T>
constexpr bool is_text = std::is_same_v<T, std::string> || reads_as_text<T>;

// The rules of `find_conversion`, for two C++ types.
template <typename From, typename To>
constexpr bool value_passes() {
  using from_element = typename element_type<From>::type;
  using to_element = typename element_type<To>::type;
  if constexpr (std::is_same_v<From, To> || std::is_same_v<To, any_value> ||
                is_alternative<From, To>::value) {
    return true;
  } else if constexpr (is_optional<To>::value) {
    return value_passes<From, typename To::value_type>();
  } else if constexpr (std::is_void_v<from_element> && !std::is_void_v<to_element>) {
    return value_passes<From, to_element>();
  } else if constexpr (!std::is_void_v<from_element> && std::is_void_v<to_element>) {
    return is_text<from_element> && is_text<To>;
  } else if constexpr (!std::is_void_v<from_element>) {
    return value_passes<from_element, to_element>();
  } else {
    return is_text<From> && is_text<To>;
  }
}

/// True if what an output field of type From gives may go into an input field of type To.
template <typename From, typename To>
concept passes = value_passes<typename output_field<From>::type, typename input_field<To>::type>();

template <typename Struct, typename Member>
std::string_view member_name(Member Struct::*wanted) {
  std::string_view name;
  using members = typename type_table<Struct>::members;
  boost::mp11::mp_for_each<boost::mp11::mp_rename<members, boost::mp11::mp_list>>([&](auto d) {
    if constexpr (std::is_convertible_v<decltype(decltype(d)::pointer), Member Struct::*>) {
      if (wanted == static_cast<Member Struct::*>(decltype(d)::pointer)) name = d.name;
    }
  });
  if (name.empty()) throw error("unknown_socket", "the field is not in the description of its struct");
  return name;
}

// The C++ types of a component that has such; of others, nothing that could be connected.
template <typename C>
struct reference_types {
  using in = typename component_types<C>::in;
  using out = typename component_types<C>::out;
};
template <declares_sockets C>
struct reference_types<C> {
  using in = void;
  using out = void;
};

}  // namespace stook::detail
