#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <pipeline/plan.hpp>

#include <stook/core/error.hpp>

namespace stook::detail {
namespace {

template <typename Socket>
std::string list_of(const std::vector<Socket>& all) {
  if (all.empty()) return "none";
  std::string out;
  for (const Socket& s : all) out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", s.name, s.type.text());
  return out;
}

struct address {
  std::string_view component;
  std::string_view socket;  // empty: any
};

address split(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {text, {}};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

template <typename Socket>
std::vector<std::uint32_t> matching(const std::vector<Socket>& all, std::string_view name) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (name.empty() || all[i].name == name) out.push_back(i);
  }
  return out;
}

std::uint32_t component_at(const graph& g, std::string_view name) {
  const auto found = g.index.find(std::string(name));
  if (found != g.index.end()) return found->second;
  std::vector<std::string> names;
  for (const component& c : g.components) names.push_back(c.name());
  throw error("unknown_component",
              fmt::format("no component named '{}'; there are: {}", name, fmt::join(names, ", ")));
}

}  // namespace

void graph::add(component c) {
  if (c.name().empty() || c.name().find('.') != std::string::npos) {
    throw error("component_name",
                fmt::format("component name '{}': expected a name without '.', which separates it from a "
                            "socket",
                            c.name()));
  }
  if (!index.emplace(c.name(), static_cast<std::uint32_t>(components.size())).second) {
    throw error("component_name",
                fmt::format("a component named '{}' is there already: choose another name", c.name()));
  }
  std::vector<joining> declared;
  for (const input_socket& s : c.inputs()) declared.push_back(s.joining);
  joinings.push_back(std::move(declared));
  components.push_back(std::move(c));
}

void graph::connect(std::string_view from_text, std::string_view to_text) {
  const address from = split(from_text);
  const address to = split(to_text);
  const std::uint32_t sender = component_at(*this, from.component);
  const std::uint32_t receiver = component_at(*this, to.component);
  const auto& outputs = components[sender].outputs();
  const auto& inputs = components[receiver].inputs();
  const auto refuse = [&](std::string_view code, const std::string& why) {
    throw error(std::string(code),
                fmt::format("cannot connect {} to {}: {}\n  outputs of {}: {}\n  inputs of {}: {}", from_text,
                            to_text, why, from.component, list_of(outputs), to.component, list_of(inputs)));
  };
  if (sender == receiver) refuse("connect_self", "a component cannot feed itself");

  const auto senders = matching(outputs, from.socket);
  const auto receivers = matching(inputs, to.socket);
  if (senders.empty()) refuse("unknown_socket", fmt::format("{} has no such output", from.component));
  if (receivers.empty()) refuse("unknown_socket", fmt::format("{} has no such input", to.component));

  std::vector<edge> fitting;
  bool strict = false;
  for (const std::uint32_t o : senders) {
    for (const std::uint32_t i : receivers) {
      auto how = find_conversion(outputs[o].type, inputs[i].type, options.text_types);
      if (!how && !options.check_types) how = socket_conversion::none;
      if (!how) continue;
      if (*how == socket_conversion::none && !strict) {
        strict = true;
        fitting.clear();
      }
      if (*how == socket_conversion::none || !strict) fitting.push_back({sender, o, receiver, i, *how});
    }
  }
  if (fitting.empty()) refuse("connect_types", "no pair of their sockets has types that fit");
  if (fitting.size() > 1) {
    std::vector<edge> same_name;
    for (const edge& e : fitting) {
      if (outputs[e.output].name == inputs[e.input].name) same_name.push_back(e);
    }
    if (same_name.size() != 1) refuse("connect_ambiguous", "several pairs of sockets fit: name both sockets");
    fitting = std::move(same_name);
  }

  const edge& chosen = fitting.front();
  joining& join = joinings[receiver][chosen.input];
  for (const edge& e : edges) {
    if (e.to != receiver || e.input != chosen.input) continue;
    if (e.from == sender && e.output == chosen.output) refuse("connect_twice", "they are connected already");
    if (join != joining::none) continue;
    if (!inputs[chosen.input].type.holds_list()) {
      refuse("connect_taken",
             fmt::format("{}.{} takes one sender and has {}.{}; only variadic inputs and lists "
                         "take several",
                         to.component, inputs[chosen.input].name, components[e.from].name(),
                         components[e.from].outputs()[e.output].name));
    }
    join = joining::concat;
  }
  edges.push_back(chosen);
}

}  // namespace stook::detail
