#include <array>
#include <cmath>

#include <fmt/format.h>

#include <stook/models/strict_schema.hpp>
#include "core/json_writer.hpp"
#include "models/provider_blocks.hpp"
#include "models/responses_dialect.hpp"
#include "models/wire.hpp"

namespace stook::models {
namespace {

// This protocol's default is "strict", so both are said.
void write_strict(std::string& out, bool strict) {
  out += strict ? R"(,"strict":true)" : R"(,"strict":false)";
}

void write_said(std::string& out, const message& m) {
  write_comma(out);
  out += R"({"type":"message")";
  write_text(out, "role", to_string(m.from()));
  write_key(out, "content");
  out += '[';
  if (!m.text().empty()) {
    out += m.from() == role::assistant ? R"({"type":"output_text")" : R"({"type":"input_text")";
    write_text(out, "text", m.text());
    out += '}';
  }
  for (const image& shown : m.images()) {
    write_comma(out);
    out += R"({"type":"input_image")";
    write_text(out, "image_url", image_url(shown));
    out += '}';
  }
  out += "]}";
}

void write_call(std::string& out, const tool_call& call) {
  write_comma(out);
  out += R"({"type":"function_call")";
  write_text(out, "call_id", call.id);
  write_text(out, "name", wire_name(call.name));
  write_text(out, "arguments", wire_arguments(call.arguments));
  out += '}';
}

void write_result(std::string& out, const message& m) {
  write_comma(out);
  out += R"({"type":"function_call_output")";
  write_text(out, "call_id", m.call_id());
  write_text(out, "output", m.text());
  out += '}';
}

}  // namespace

responses_dialect::responses_dialect(std::string model, openai_responses_options options)
    : model_(std::move(model)), options_(std::move(options)) {}

std::span<const std::string_view> responses_dialect::members() const {
  static constexpr auto all = std::to_array<std::string_view>(
      {"model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "stream", "store",
       "include", "max_output_tokens", "temperature", "reasoning", "text", "previous_response_id"});
  return all;
}

std::vector<std::pair<std::string, std::string>> responses_dialect::headers(const std::string& key) const {
  if (key.empty()) return {};
  return {{"Authorization", "Bearer " + key}};
}

void responses_dialect::write_head(std::string& out, const chat_request& request,
                                   std::span<const message> systems) const {
  out += '{';
  write_text(out, "model", model_);
  write_options(out, request);
  write_extra(out, options_.endpoint.extra_body);
  if (request.schema) {
    out += R"(,"text":{"format":{"type":"json_schema")";
    write_text(out, "name", wire_name(request.schema->name));
    write_key(out, "schema");
    const sent_schema sent = strict_if_possible(request.schema->schema);
    out += sent.text;
    write_strict(out, sent.is_strict);
    out += "}}";
  }
  if (!request.tools.empty()) write_tools(out, request);
  if (!systems.empty()) {
    std::string instructions;
    for (const message& m : systems) {
      if (!instructions.empty()) instructions += "\n\n";
      instructions += m.text();
    }
    write_text(out, "instructions", instructions);
  }
  write_key(out, "input");
  out += '[';
}

void responses_dialect::write_options(std::string& out, const chat_request& request) const {
  out += R"(,"store":false)";
  if (options_.endpoint.stream) out += R"(,"stream":true)";
  if (options_.encrypted_reasoning) out += R"(,"include":["reasoning.encrypted_content"])";
  const auto most =
      request.max_output_tokens ? request.max_output_tokens : options_.endpoint.max_output_tokens;
  if (most) {
    write_key(out, "max_output_tokens");
    out += fmt::format_int(*most).str();
  }
  if (request.temperature && std::isfinite(*request.temperature)) {
    write_key(out, "temperature");
    detail::write_number(out, *request.temperature);
  }
  if (!options_.reasoning_effort.empty()) {
    write_key(out, "reasoning");
    out += '{';
    write_text(out, "effort", options_.reasoning_effort);
    out += '}';
  }
}

void responses_dialect::write_tools(std::string& out, const chat_request& request) const {
  write_key(out, "tools");
  out += '[';
  for (const tool& t : request.tools) {
    write_comma(out);
    out += R"({"type":"function")";
    write_text(out, "name", t.name());
    write_text(out, "description", t.description());
    write_key(out, "parameters");
    out += t.parameters_text();
    write_strict(out, is_strict(t.parameters()));
    out += '}';
  }
  out += ']';
  if (request.choice == tool_choice::none) out += R"(,"tool_choice":"none")";
  if (const tool* const demanded = demanded_tool(request)) {
    out += R"(,"tool_choice":{"type":"function")";
    write_text(out, "name", demanded->name());
    out += '}';
  } else if (request.choice == tool_choice::required) {
    out += R"(,"tool_choice":"required")";
  }
  if (options_.parallel_tool_calls) {
    write_key(out, "parallel_tool_calls");
    out += *options_.parallel_tool_calls ? "true" : "false";
  }
}

void responses_dialect::write_message(std::string& out, const message& m, open_turn&) const {
  if (m.from() == role::tool) return write_result(out, m);
  if (const auto items = packed_blocks("responses", m); !items.empty()) {
    write_comma(out);
    out += items;
    return;
  }
  if (!m.text().empty() || !m.images().empty()) write_said(out, m);
  for (const tool_call& call : m.calls()) write_call(out, call);
}

void responses_dialect::write_tail(std::string& out, const open_turn&) const { out += "]}"; }

}  // namespace stook::models
