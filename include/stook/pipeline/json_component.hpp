#pragma once

#include <functional>
#include <utility>

#include <stook/core/fwd.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

/// A component whose sockets are written down and whose values are JSON: what scripts, tests and programs
/// that learn their shapes from a file are made of. The function takes an object with one member for each
/// input that has a value (a list for a variadic one) and returns an object of outputs; what it leaves out is
/// not given. An output that is no object, or has a member that was not declared, is an `error` with code
/// component_output.
class json_component {
 public:
  json_component(stook::sockets declared, std::function<json(const json&)> function)
      : declared_(std::move(declared)), function_(std::move(function)) {}

  stook::sockets declare() const { return declared_; }
  void run(const socket_values& in, socket_results& out) const;

 private:
  stook::sockets declared_;
  std::function<json(const json&)> function_;
};

}  // namespace stook
