#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <stook/pipeline/socket_values.hpp>
#include <stook/tool/function.hpp>

// How the fields of a component's input and output types become sockets: tables of names, types and functions
// that set one field from what came, or take one field's value out. Users do not need this header.

namespace stook::detail {

template <typename T>
const T& object_in(const any_value& value) {
  return *static_cast<const T*>(value.data());
}

// What one input field takes from its socket.
template <typename T>
struct input_field {
  using type = T;
  static constexpr joining join = joining::none;
  static constexpr bool optional = false;
  static void set(T& field, std::span<const any_value> values) { field = object_in<T>(values[0]); }
};
template <>
struct input_field<any_value> {
  using type = any_value;
  static constexpr joining join = joining::none;
  static constexpr bool optional = false;
  static void set(any_value& field, std::span<const any_value> values) { field = values[0]; }
};
template <typename T>
struct input_field<std::optional<T>> {
  using type = std::optional<T>;
  static constexpr joining join = joining::none;
  static constexpr bool optional = true;
  // The scheduler leaves a T as it is, which saves an object.
  static void set(std::optional<T>& field, std::span<const any_value> values) {
    if (const T* plain = values[0].template get_if<T>()) {
      field = *plain;
    } else {
      field = object_in<std::optional<T>>(values[0]);
    }
  }
};
template <typename T>
struct input_field<std::shared_ptr<const T>> {
  using type = T;
  static constexpr joining join = joining::none;
  static constexpr bool optional = false;
  static void set(std::shared_ptr<const T>& field, std::span<const any_value> values) {
    field = values[0].template share_as<T>();
  }
};
template <typename T>
struct input_field<variadic<T>> {
  using type = T;
  static constexpr joining join = joining::lazy;
  static constexpr bool optional = false;
  static void set(variadic<T>& field, std::span<const any_value> values) {
    field.values.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      input_field<T>::set(field.values[i], values.subspan(i, 1));
  }
};
template <typename T>
struct input_field<greedy<T>> {
  using type = T;
  static constexpr joining join = joining::greedy;
  static constexpr bool optional = false;
  static void set(greedy<T>& field, std::span<const any_value> values) {
    input_field<T>::set(field.value, values);
  }
};

// What one output field gives to its socket.
template <typename T>
struct output_field {
  using type = T;
  static any_value take(T& field) { return any_value::of(std::move(field)); }
};
template <>
struct output_field<any_value> {
  using type = any_value;
  static any_value take(any_value& field) { return std::move(field); }
};
template <typename T>
struct output_field<std::optional<T>> {
  using type = T;
  static any_value take(std::optional<T>& field) {
    return field ? output_field<T>::take(*field) : any_value{};
  }
};
template <typename T>
struct output_field<std::shared_ptr<const T>> {
  using type = T;
  static any_value take(std::shared_ptr<const T>& field) {
    return field ? any_value::share(std::move(field), type_of<T>()) : any_value{};
  }
};

struct input_binding {
  std::string_view name;
  socket_type (*type)();
  joining join;
  bool mandatory;
  void (*set)(void* object, std::span<const any_value> values);
};
struct output_binding {
  std::string_view name;
  socket_type (*type)();
  any_value (*take)(void* object);
};

template <typename T>
socket_type type_at_socket() {
  return socket_type::of<T>();
}

template <described_struct T, typename D>
using member_type = typename member_of<std::remove_cv_t<decltype(D::pointer)>>::type;

template <typename T>
struct bindings {  // any type that is no described struct: one socket, named value
  static void set_whole(void* object, std::span<const any_value> values) {
    input_field<T>::set(*static_cast<T*>(object), values);
  }
  static any_value take_whole(void* object) { return output_field<T>::take(*static_cast<T*>(object)); }
  static constexpr bool all_required = !input_field<T>::optional;
  static constexpr std::array inputs{input_binding{"value", &type_at_socket<typename input_field<T>::type>,
                                                   input_field<T>::join, all_required, &set_whole}};
  static constexpr std::array outputs{
      output_binding{"value", &type_at_socket<typename output_field<T>::type>, &take_whole}};
};

template <described_struct T>
struct bindings<T> {
  template <typename D>
  static void set(void* object, std::span<const any_value> values) {
    input_field<member_type<T, D>>::set(static_cast<T*>(object)->*D::pointer, values);
  }
  template <typename D>
  static any_value take(void* object) {
    return output_field<member_type<T, D>>::take(static_cast<T*>(object)->*D::pointer);
  }
  template <typename D>
  static constexpr input_binding input() {
    using field = input_field<member_type<T, D>>;
    field_rules rules;
    find_rules<T>(D::name, rules);
    return {D::name, &type_at_socket<typename field::type>, field::join, !field::optional && !rules.defaulted,
            &set<D>};
  }
  template <typename D>
  static constexpr output_binding output() {
    return {D::name, &type_at_socket<typename output_field<member_type<T, D>>::type>, &take<D>};
  }
  template <typename... D>
  static constexpr auto list_inputs(boost::mp11::mp_list<D...>) {
    return std::array<input_binding, sizeof...(D)>{input<D>()...};
  }
  template <typename... D>
  static constexpr auto list_outputs(boost::mp11::mp_list<D...>) {
    return std::array<output_binding, sizeof...(D)>{output<D>()...};
  }
  using members = boost::mp11::mp_rename<typename type_table<T>::members, boost::mp11::mp_list>;
  static constexpr auto inputs = list_inputs(members{});
  static constexpr auto outputs = list_outputs(members{});
};

template <>
struct bindings<void> {
  static constexpr std::array<input_binding, 0> inputs{};
  static constexpr std::array<output_binding, 0> outputs{};
};

sockets sockets_of(std::span<const input_binding> inputs, std::span<const output_binding> outputs);

template <typename In>
In read_inputs(const frame& f) {
  In in{};
  for (std::size_t i = 0; i < bindings<In>::inputs.size(); ++i) {
    const auto values = f.at(i);
    if (!values.empty()) bindings<In>::inputs[i].set(&in, values);
  }
  return in;
}

template <typename Out>
void write_results(frame& f, Out& out) {
  for (std::size_t i = 0; i < bindings<Out>::outputs.size(); ++i) {
    f.results[i] = bindings<Out>::outputs[i].take(&out);
  }
}

}  // namespace stook::detail
