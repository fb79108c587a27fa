#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <stook/core/codec.hpp>
#include <stook/pipeline/detail/component_body.hpp>
#include <stook/pipeline/socket.hpp>

namespace stook {

/// One box of a pipeline: a struct with a function `run`, or a lambda, and what its types say about its
/// sockets. Each field of a described input struct is an input socket, each field of a described output
/// struct an output socket; any other type is one socket named `value`.
///
///     struct retriever {
///       struct in { std::string query; int top_k = 10; };
///       struct out { std::vector<document> documents; };
///       out run(in) const;
///     };
///     STOOK_DESCRIBE(retriever::in, (query), (top_k, "Documents to return", stook::defaulted))
///     STOOK_DESCRIBE(retriever::out, (documents))
///
/// Input fields: a field is mandatory unless marked `defaulted` or a std::optional; `variadic<T>` and
/// `greedy<T>` take several senders; `std::shared_ptr<const T>` shares the sender's object instead of copying
/// it; `any_value` takes everything. Output fields: an empty std::optional, std::shared_ptr or any_value
/// gives nothing. Beside its input the function may take `const run_context&`, and it may return a task of
/// its output.
///
/// Other forms: a struct with `sockets declare() const` and `void run(const socket_values&, socket_results&)`
/// names its sockets at construction. A struct with `save()` and `load(state)`, where the state is a
/// described type, has it kept in snapshots. A described struct is written to and read from files by its
/// fields.
///
/// A cheap copy that shares its struct, so a struct that changes while it runs must not be in two runs at
/// once.
class component {
 public:
  template <typename C>
  component(std::string name, C object)
      : component(std::move(name), detail::make_component_body(std::move(object))) {}
  component(std::string name, std::shared_ptr<detail::component_body> body);

  const std::string& name() const { return name_; }
  const std::vector<input_socket>& inputs() const { return body_->declared.inputs; }
  const std::vector<output_socket>& outputs() const { return body_->declared.outputs; }

  detail::component_body& body() const { return *body_; }
  const std::shared_ptr<detail::component_body>& shared_body() const { return body_; }

 private:
  std::string name_;
  std::shared_ptr<detail::component_body> body_;
};

}  // namespace stook
