#include "models/canonical_request.hpp"

#include <fmt/format.h>

#include <stook/core/codec.hpp>
#include <stook/core/digest.hpp>

namespace stook::detail {
namespace {

std::string clean(std::string text, const redactor* secrets) {
  if (secrets) return secrets->clean(std::move(text));
  return text;
}

std::optional<std::string> unless_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// The calls of one conversation by their ids, in the order in which they were made.
class call_numbers {
 public:
  std::string of_new(const std::string& id) { return numbers_[id] = fmt::format("call {}", ++count_); }
  std::string of_known(const std::string& id) const {
    const auto it = numbers_.find(id);
    return it == numbers_.end() ? id : it->second;
  }

 private:
  std::map<std::string, std::string> numbers_;
  int count_ = 0;
};

void number_calls(canonical_message& m, call_numbers& numbers) {
  if (m.calls) {
    for (canonical_call& call : *m.calls) call.id = numbers.of_new(call.id);
  }
  if (m.call_id) m.call_id = numbers.of_known(*m.call_id);
}

}  // namespace

canonical_message canonical(const message& m, const redactor* secrets) {
  canonical_message out{.role = m.from(),
                        .text = unless_empty(clean(m.text(), secrets)),
                        .images = std::nullopt,
                        .calls = std::nullopt,
                        .call_id = unless_empty(clean(m.call_id(), secrets)),
                        .tool = unless_empty(clean(m.tool_name(), secrets)),
                        .error = std::nullopt,
                        .provider_data = unless_empty(clean(m.provider_data(), secrets))};
  if (m.is_error()) out.error = true;
  for (const image& shown : m.images()) {
    if (!out.images) out.images.emplace();
    out.images->push_back(shown.url().empty() ? shown.media_type() + " sha256:" + sha256_hex(shown.base64())
                                              : clean(shown.url(), secrets));
  }
  for (const tool_call& call : m.calls()) {
    if (!out.calls) out.calls.emplace();
    out.calls->push_back(
        {clean(call.id, secrets), clean(call.name, secrets), clean(call.arguments, secrets)});
  }
  return out;
}

message message_of(const canonical_message& m) {
  const std::string text = m.text.value_or("");
  message out;
  switch (m.role) {
    case role::system:
      out = message::system(text);
      break;
    case role::user:
      out = message::user(text);
      break;
    case role::tool:
      out = message::tool(m.call_id.value_or(""), m.tool.value_or(""), text, m.error.value_or(false));
      break;
    case role::assistant: {
      std::vector<tool_call> calls;
      for (const canonical_call& call : m.calls.value_or(std::vector<canonical_call>{})) {
        calls.push_back({call.id, call.name, call.arguments});
      }
      out = message::assistant(text, std::move(calls));
      break;
    }
  }
  return m.provider_data ? out.with_provider_data(*m.provider_data) : out;
}

canonical_request canonical(const chat_request& request, const redactor* secrets) {
  canonical_request out;
  call_numbers numbers;
  for (const message& m : request.messages) {
    out.messages.push_back(canonical(m, secrets));
    number_calls(out.messages.back(), numbers);
  }
  for (const tool& t : request.tools) {
    out.tools.push_back(
        {t.name(), clean(t.description(), secrets), clean(std::string(t.parameters_text()), secrets)});
  }
  out.options = {.choice = request.choice,
                 .must_call = unless_empty(std::string(request.must_call)),
                 .schema = std::nullopt,
                 .temperature = request.temperature,
                 .max_output_tokens = request.max_output_tokens};
  if (request.schema) {
    out.options.schema = {request.schema->name, clean(std::string(request.schema->schema), secrets)};
  }
  return out;
}

std::string digest_of(const canonical_request& request) {
  sha256 all;
  for (const canonical_message& m : request.messages) all.update(sha256_hex(to_json_text(m)));
  all.update("tools");
  for (const canonical_tool& t : request.tools) all.update(sha256_hex(to_json_text(t)));
  all.update("options");
  all.update(to_json_text(request.options));
  return all.finish();
}

}  // namespace stook::detail
