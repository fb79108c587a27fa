#include <stook/pipeline/component.hpp>

#include <fmt/format.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <stook/core/error.hpp>

namespace stook {
namespace detail {

void component_body::call(frame&) {
  throw error("component_form", "this component is a coroutine and cannot be called as a plain function");
}

task<void> component_body::async_call(frame& f) {
  call(f);
  co_return;
}

sockets sockets_of(std::span<const input_binding> inputs, std::span<const output_binding> outputs) {
  sockets out;
  for (const input_binding& b : inputs) {
    out.inputs.push_back(
        {.name = std::string(b.name), .type = b.type(), .mandatory = b.mandatory, .joining = b.join});
  }
  for (const output_binding& b : outputs) out.outputs.push_back({std::string(b.name), b.type()});
  return out;
}

}  // namespace detail

namespace {

template <typename Socket>
std::size_t position(const std::vector<Socket>& all, std::string_view name) {
  std::string names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return i;
    names += (names.empty() ? "" : ", ") + all[i].name;
  }
  throw error("unknown_socket", fmt::format("no socket '{}' was declared; there are: {}", name, names));
}

template <typename Socket>
void refuse_doubles(std::string_view component, const std::vector<Socket>& all, std::string_view direction) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].name != all[j].name) continue;
      throw error("socket_name", fmt::format("component '{}' declares the {} '{}' twice", component,
                                             direction, all[i].name));
    }
  }
}

}  // namespace

component::component(std::string name, std::shared_ptr<detail::component_body> body)
    : name_(std::move(name)), body_(std::move(body)) {
  refuse_doubles(name_, inputs(), "input");
  refuse_doubles(name_, outputs(), "output");
}

const any_value& socket_values::at(std::string_view socket) const {
  static const any_value nothing;
  const auto values = all(socket);
  return values.empty() ? nothing : values.front();
}

std::span<const any_value> socket_values::all(std::string_view socket) const {
  return frame_->at(position(names_->inputs, socket));
}

void socket_values::refuse(std::string_view socket, const detail::type_desc& wanted) const {
  const any_value& value = at(socket);
  throw error("socket_type",
              fmt::format("input '{}': expected {}, got {}", socket, socket_type::of(wanted).text(),
                          value.has_value() ? socket_type::of(*value.type()).text() : "nothing"));
}

void socket_results::set(std::string_view socket, any_value value) {
  frame_->results[position(names_->outputs, socket)] = std::move(value);
}

}  // namespace stook
