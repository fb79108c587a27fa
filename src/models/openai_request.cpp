#include <array>
#include <cmath>

#include <fmt/format.h>

#include <stook/models/strict_schema.hpp>
#include "core/json_writer.hpp"
#include "models/openai_dialect.hpp"
#include "models/wire.hpp"

namespace stook::models {
namespace {

using detail::write_string;

void write_calls(std::string& out, std::span<const tool_call> calls) {
  write_key(out, "tool_calls");
  out += '[';
  for (const tool_call& call : calls) {
    write_comma(out);
    out += '{';
    write_text(out, "id", call.id);
    out += R"(,"type":"function","function":{)";
    write_text(out, "name", wire_name(call.name));
    write_text(out, "arguments", wire_arguments(call.arguments));
    out += "}}";
  }
  out += ']';
}

void write_parts(std::string& out, const message& m) {
  out += '[';
  if (!m.text().empty()) {
    out += R"({"type":"text")";
    write_text(out, "text", m.text());
    out += '}';
  }
  for (const image& shown : m.images()) {
    write_comma(out);
    out += R"({"type":"image_url","image_url":{)";
    write_text(out, "url", image_url(shown));
    out += "}}";
  }
  out += ']';
}

void write_content(std::string& out, const message& m) {
  write_key(out, "content");
  if (!m.images().empty()) {
    write_parts(out, m);
  } else if (m.text().empty() && !m.calls().empty()) {
    out += "null";
  } else {
    write_string(out, m.text());
  }
}

}  // namespace

openai_dialect::openai_dialect(std::string model, openai_options options)
    : model_(std::move(model)), options_(std::move(options)) {}

std::span<const std::string_view> openai_dialect::members() const {
  static constexpr auto all = std::to_array<std::string_view>(
      {"model", "messages", "tools", "tool_choice", "parallel_tool_calls", "stream", "stream_options",
       "response_format", "temperature", "max_tokens", "max_completion_tokens", "reasoning_effort", "n"});
  return all;
}

std::vector<std::pair<std::string, std::string>> openai_dialect::headers(const std::string& key) const {
  if (key.empty()) return {};
  return {{"Authorization", "Bearer " + key}};
}

void openai_dialect::write_head(std::string& out, const chat_request& request,
                                std::span<const message> systems) const {
  out += '{';
  write_text(out, "model", model_);
  write_options(out, request);
  write_extra(out, options_.endpoint.extra_body);
  if (request.schema) {
    out += R"(,"response_format":{"type":"json_schema","json_schema":{)";
    write_text(out, "name", wire_name(request.schema->name));
    write_key(out, "schema");
    const sent_schema sent = options_.profile.strict_schemas
                                 ? strict_if_possible(request.schema->schema)
                                 : sent_schema{std::string(request.schema->schema)};
    out += sent.text;
    if (sent.is_strict) out += R"(,"strict":true)";
    out += "}}";
  }
  if (!request.tools.empty()) write_tools(out, request);
  write_key(out, "messages");
  out += '[';
  open_turn turn;
  for (const message& m : systems) write_message(out, m, turn);
}

void openai_dialect::write_options(std::string& out, const chat_request& request) const {
  if (options_.endpoint.stream) {
    out += R"(,"stream":true)";
    if (options_.profile.stream_usage) out += R"(,"stream_options":{"include_usage":true})";
  }
  const auto most =
      request.max_output_tokens ? request.max_output_tokens : options_.endpoint.max_output_tokens;
  if (most) {
    write_key(out, options_.profile.token_cap);
    out += fmt::format_int(*most).str();
  }
  if (request.temperature && std::isfinite(*request.temperature)) {
    write_key(out, "temperature");
    detail::write_number(out, *request.temperature);
  }
  if (!options_.reasoning_effort.empty()) write_text(out, "reasoning_effort", options_.reasoning_effort);
}

void openai_dialect::write_tools(std::string& out, const chat_request& request) const {
  const tool* const demanded = demanded_tool(request);
  const bool is_named = demanded && options_.profile.named_choice;
  write_key(out, "tools");
  out += '[';
  for (const tool& t : request.tools) {
    if (demanded && !is_named && &t != demanded) continue;
    write_comma(out);
    out += R"({"type":"function","function":{)";
    write_text(out, "name", t.name());
    write_text(out, "description", t.description());
    write_key(out, "parameters");
    out += t.parameters_text();
    if (options_.profile.strict_schemas && is_strict(t.parameters())) out += R"(,"strict":true)";
    out += "}}";
  }
  out += ']';
  // The strings, which every server takes; "auto" is the default, and some servers have to be set up for it.
  if (request.choice == tool_choice::none) out += R"(,"tool_choice":"none")";
  if (is_named) {
    out += R"(,"tool_choice":{"type":"function","function":{)";
    write_text(out, "name", demanded->name());
    out += "}}";
  } else if (request.choice == tool_choice::required) {
    out += R"(,"tool_choice":"required")";
  }
  if (options_.parallel_tool_calls && options_.profile.parallel_flag) {
    write_key(out, "parallel_tool_calls");
    out += *options_.parallel_tool_calls ? "true" : "false";
  }
}

void openai_dialect::write_message(std::string& out, const message& m, open_turn&) const {
  write_comma(out);
  out += '{';
  write_text(out, "role", to_string(m.from()));
  if (m.from() == role::tool) write_text(out, "tool_call_id", m.call_id());
  write_content(out, m);
  if (!m.calls().empty()) write_calls(out, m.calls());
  out += '}';
}

void openai_dialect::write_tail(std::string& out, const open_turn&) const { out += "]}"; }

}  // namespace stook::models
