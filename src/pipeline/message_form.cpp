#include <pipeline/message_form.hpp>

#include <string>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include <stook/chat/message.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/pipeline/socket_type.hpp>

namespace stook::detail {

namespace message_json {

struct call {
  std::string id, name, arguments;
};
STOOK_DESCRIBE(call, (id), (name), (arguments))

// All that a message holds, so that a resumed run goes on with the same one.
struct form {
  std::string role;
  std::string text;
  std::vector<call> calls;
  std::string call_id, tool_name;
  bool error = false;
  std::string provider_data;
};
STOOK_DESCRIBE(form, (role, "", one_of{"system", "user", "assistant", "tool"}), (text),
               (calls, "", defaulted), (call_id, "", defaulted), (tool_name, "", defaulted),
               (error, "", defaulted), (provider_data, "", defaulted))

form of(const message& m) {
  form f{.role = std::string(to_string(m.from())),
         .text = m.text(),
         .call_id = m.call_id(),
         .tool_name = m.tool_name(),
         .error = m.is_error(),
         .provider_data = m.provider_data()};
  for (const tool_call& c : m.calls()) f.calls.push_back({c.id, c.name, c.arguments});
  return f;
}

message made_from(form f) {
  std::vector<tool_call> calls;
  for (call& c : f.calls) calls.push_back({std::move(c.id), std::move(c.name), std::move(c.arguments)});
  message m = f.role == "system"      ? message::system(std::move(f.text))
              : f.role == "user"      ? message::user(std::move(f.text))
              : f.role == "assistant" ? message::assistant(std::move(f.text), std::move(calls))
                                      : message::tool(f.call_id, f.tool_name, std::move(f.text), f.error);
  return f.provider_data.empty() ? m : m.with_provider_data(std::move(f.provider_data));
}

}  // namespace message_json

text_type message_text_type() {
  return {socket_type::of<message>(),
          [](const any_value& value) {
            const message* m = value.get_if<message>();
            if (!m || m->text().empty()) throw error("conversion_failed", "the message has no text");
            return m->text();
          },
          [](std::string text) { return any_value::of(message::user(std::move(text))); }};
}

json json_of(const any_value& value) {
  if (const message* one = value.get_if<message>()) return to_json(message_json::of(*one));
  const auto* several = value.get_if<std::vector<message>>();
  if (!several) return to_json(value);
  std::vector<message_json::form> forms;
  for (const message& m : *several) forms.push_back(message_json::of(m));
  return to_json(forms);
}

std::optional<any_value> messages_from(const json& form, const type_desc& wanted) {
  if (&wanted == &type_of<message>()) {
    return any_value::of(message_json::made_from(from_json<message_json::form>(form)));
  }
  if (&wanted != &type_of<std::vector<message>>()) return std::nullopt;
  std::vector<message> all;
  for (message_json::form& f : from_json<std::vector<message_json::form>>(form)) {
    all.push_back(message_json::made_from(std::move(f)));
  }
  return any_value::of(std::move(all));
}

}  // namespace stook::detail
