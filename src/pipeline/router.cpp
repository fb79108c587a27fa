#include <stook/pipeline/router.hpp>

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <pipeline/expression.hpp>
#include <pipeline/message_form.hpp>

namespace stook {

sockets conditional_router::declare() const {
  sockets s;
  const auto add_input = [&](const std::string& name) {
    const bool known = std::any_of(s.inputs.begin(), s.inputs.end(), [&](auto& i) { return i.name == name; });
    if (!known) s.inputs.push_back({.name = name});
  };
  for (const route& r : routes) {
    const detail::expression condition(r.when);
    for (const std::string& name : condition.names()) add_input(name);
    add_input(r.value);
    const auto known =
        std::find_if(s.outputs.begin(), s.outputs.end(), [&](auto& o) { return o.name == r.output; });
    if (known == s.outputs.end()) s.outputs.push_back({r.output, socket_type::parse(r.type)});
  }
  return s;
}

void conditional_router::run(const socket_values& in, socket_results& out) const {
  boost::json::object values;
  for (const route& r : routes) {
    const detail::expression condition(r.when);
    for (const std::string& name : condition.names()) {
      if (!values.contains(name)) values.emplace(name, detail::json_of(in.at(name)));
    }
    if (condition.holds(values)) return out.set(r.output, in.at(r.value));
  }
  throw error("no_route", "no route's condition holds: let the last one be 'true'");
}

}  // namespace stook
