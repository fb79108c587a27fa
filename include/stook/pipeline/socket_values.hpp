#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/tool/context.hpp>

namespace stook {

namespace detail {

// One visit of a component: the values at each input socket, where they wait, and room for one result an
// output socket.
struct frame {
  std::span<const std::span<const any_value>> inputs;
  std::span<any_value> results;        // empty where nothing is given
  std::optional<run_context> context;  // for those who ask

  const run_context* asked_context() const { return context ? &*context : nullptr; }
  std::span<const any_value> at(std::size_t socket) const { return inputs[socket]; }
};

}  // namespace detail

/// What a component with sockets of its own making is given.
class socket_values {
 public:
  socket_values(const sockets& names, const detail::frame& frame) : names_(&names), frame_(&frame) {}

  /// The value at a socket; an empty one if none came and the socket has no default. Throws `error` with code
  /// unknown_socket.
  const any_value& at(std::string_view socket) const;
  /// The same as a C++ object. Throws `error` with code socket_type if it is of another type.
  template <typename T>
  const T& as(std::string_view socket) const {
    const T* object = at(socket).template get_if<T>();
    if (!object) refuse(socket, detail::type_of<T>());
    return *object;
  }
  /// All values of a variadic socket.
  std::span<const any_value> all(std::string_view socket) const;
  const std::vector<input_socket>& names() const { return names_->inputs; }

 private:
  [[noreturn]] void refuse(std::string_view socket, const detail::type_desc& wanted) const;

  const sockets* names_;
  const detail::frame* frame_;
};

/// Where a component with sockets of its own making puts what it gives. What is not set is not given.
class socket_results {
 public:
  socket_results(const sockets& names, detail::frame& frame) : names_(&names), frame_(&frame) {}

  /// Throws `error` with code unknown_socket for a name that the component did not declare.
  void set(std::string_view socket, any_value value);

 private:
  const sockets* names_;
  detail::frame* frame_;
};

}  // namespace stook
