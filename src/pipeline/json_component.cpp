#include <stook/pipeline/json_component.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <pipeline/message_form.hpp>

#include <stook/core/error.hpp>

namespace stook {

void json_component::run(const socket_values& in, socket_results& out) const {
  boost::json::object arguments;
  for (const input_socket& s : in.names()) {
    const auto values = in.all(s.name);
    if (s.joining == joining::lazy || (s.joining == joining::greedy && s.listed)) {
      boost::json::array list;
      for (const any_value& v : values) list.push_back(detail::json_of(v));
      arguments.emplace(s.name, std::move(list));
    } else if (!values.empty()) {
      arguments.emplace(s.name, detail::json_of(values.front()));
    }
  }
  json results = function_(std::move(arguments));
  if (!results.is_object()) {
    throw error("component_output", "it returned an invalid output: expected an object of outputs");
  }
  for (auto& member : results.get_object()) {
    const auto declared = std::any_of(declared_.outputs.begin(), declared_.outputs.end(),
                                      [&](const output_socket& o) { return o.name == member.key(); });
    if (!declared) {
      throw error("component_output", fmt::format("it returned an invalid output: '{}' was not declared",
                                                  std::string_view(member.key())));
    }
    out.set(member.key(), any_value::of(std::move(member.value())));
  }
}

}  // namespace stook
