#include <stook/pipeline/prompt_builder.hpp>

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <pipeline/message_form.hpp>
#include <pipeline/text_template.hpp>

namespace stook {
namespace {

void add_inputs(sockets& s, const std::string& text, const std::vector<std::string>& optional) {
  const std::vector<std::string> names = detail::text_template(text).names();
  for (const std::string& name : names) {
    const bool known = std::any_of(s.inputs.begin(), s.inputs.end(), [&](auto& i) { return i.name == name; });
    const bool mandatory = std::find(optional.begin(), optional.end(), name) == optional.end();
    if (!known) s.inputs.push_back({.name = name, .mandatory = mandatory});
  }
}

boost::json::object values_of(const socket_values& in) {
  boost::json::object values;
  for (const input_socket& s : in.names()) values.emplace(s.name, detail::json_of(in.at(s.name)));
  return values;
}

}  // namespace

sockets prompt_builder::declare() const {
  sockets s{.outputs = {{"prompt", socket_type::of<std::string>()}}};
  add_inputs(s, text, optional);
  return s;
}

void prompt_builder::run(const socket_values& in, socket_results& out) const {
  out.set("prompt", any_value::of(detail::text_template(text).render(values_of(in))));
}

sockets chat_prompt_builder::declare() const {
  sockets s{.outputs = {{"messages", socket_type::of<std::vector<message>>()}}};
  for (const message_template& m : messages) add_inputs(s, m.text, optional);
  return s;
}

void chat_prompt_builder::run(const socket_values& in, socket_results& out) const {
  const boost::json::object values = values_of(in);
  std::vector<message> made;
  for (const message_template& m : messages) {
    std::string text = detail::text_template(m.text).render(values);
    switch (m.role) {
      case prompt_role::system:
        made.push_back(message::system(std::move(text)));
        break;
      case prompt_role::user:
        made.push_back(message::user(std::move(text)));
        break;
      case prompt_role::assistant:
        made.push_back(message::assistant(std::move(text)));
        break;
    }
  }
  out.set("messages", any_value::of(std::move(made)));
}

}  // namespace stook
