#include <array>
#include <cmath>

#include <fmt/format.h>

#include <stook/models/strict_schema.hpp>
#include "core/json_writer.hpp"
#include "models/anthropic_dialect.hpp"
#include "models/provider_blocks.hpp"
#include "models/wire.hpp"

namespace stook::models {
namespace {

constexpr int default_output_tokens = 8192;
// For a schema that the provider cannot hold the model to.
const std::string schema_request = "Answer with one JSON value of this schema and nothing else: ";

std::string_view cache_mark(const anthropic_options& options) {
  return options.long_cache ? R"("cache_control":{"type":"ephemeral","ttl":"1h"})"
                            : R"("cache_control":{"type":"ephemeral"})";
}

void write_text_block(std::string& out, std::string_view text) {
  write_comma(out);
  out += R"({"type":"text")";
  write_text(out, "text", text);
  out += '}';
}

void write_image(std::string& out, const image& shown) {
  write_comma(out);
  if (shown.url().empty()) {
    out += R"({"type":"image","source":{"type":"base64")";
    write_text(out, "media_type", shown.media_type());
    write_text(out, "data", shown.base64());
  } else {
    out += R"({"type":"image","source":{"type":"url")";
    write_text(out, "url", shown.url());
  }
  out += "}}";
}

void write_call(std::string& out, const tool_call& call) {
  write_comma(out);
  out += R"({"type":"tool_use")";
  write_text(out, "id", call.id);
  write_text(out, "name", wire_name(call.name));
  write_key(out, "input");
  out += wire_arguments(call.arguments);
  out += '}';
}

void write_result(std::string& out, const message& m) {
  write_comma(out);
  out += R"({"type":"tool_result")";
  write_text(out, "tool_use_id", m.call_id());
  if (!m.text().empty()) write_text(out, "content", m.text());
  if (m.is_error()) out += R"(,"is_error":true)";
  out += '}';
}

void write_blocks(std::string& out, const message& m) {
  if (m.from() == role::tool) return write_result(out, m);
  if (const auto blocks = packed_blocks("anthropic", m); !blocks.empty()) {
    write_comma(out);
    out += blocks;
    return;
  }
  for (const image& shown : m.images()) write_image(out, shown);
  // Blank text is refused; the turn is what it is without it.
  if (m.text().find_first_not_of(" \t\r\n") != std::string::npos) write_text_block(out, m.text());
  for (const tool_call& call : m.calls()) write_call(out, call);
}

}  // namespace

anthropic_dialect::anthropic_dialect(std::string model, anthropic_options options)
    : model_(std::move(model)), options_(std::move(options)) {}

std::span<const std::string_view> anthropic_dialect::members() const {
  static constexpr auto all = std::to_array<std::string_view>(
      {"model", "messages", "system", "tools", "tool_choice", "stream", "max_tokens", "temperature",
       "thinking", "output_config", "cache_control"});
  return all;
}

std::vector<std::pair<std::string, std::string>> anthropic_dialect::headers(const std::string& key) const {
  std::vector<std::pair<std::string, std::string>> all{{"anthropic-version", "2023-06-01"}};
  if (!key.empty()) all.emplace_back("x-api-key", key);
  return all;
}

void anthropic_dialect::write_head(std::string& out, const chat_request& request,
                                   std::span<const message> systems) const {
  out += '{';
  write_text(out, "model", model_);
  const sent_schema answer = request.schema ? strict_if_possible(request.schema->schema) : sent_schema{};
  write_options(out, request, answer);
  write_extra(out, options_.endpoint.extra_body);
  if (!request.tools.empty()) write_tools(out, request);
  const bool has_loose_schema = request.schema && !answer.is_strict;
  if (!systems.empty() || has_loose_schema) {
    write_key(out, "system");
    out += '[';
    for (const message& m : systems) write_text_block(out, m.text());
    if (has_loose_schema) write_text_block(out, schema_request + std::string(request.schema->schema));
    if (options_.prompt_cache) {
      out.back() = ',';
      out += cache_mark(options_);
      out += '}';
    }
    out += ']';
  }
  write_key(out, "messages");
  out += '[';
}

void anthropic_dialect::write_options(std::string& out, const chat_request& request,
                                      const sent_schema& answer) const {
  const auto most =
      request.max_output_tokens ? request.max_output_tokens : options_.endpoint.max_output_tokens;
  const int tokens = most.value_or(default_output_tokens + options_.thinking_budget.value_or(0));
  write_key(out, "max_tokens");
  out += fmt::format_int(tokens).str();
  if (options_.endpoint.stream) out += R"(,"stream":true)";
  // Of the whole conversation up to here, wherever that is in the next request.
  if (options_.prompt_cache) {
    out += ',';
    out += cache_mark(options_);
  }
  // A request that leaves no room for thinking goes without.
  const bool thinks = options_.thinking_budget && *options_.thinking_budget < tokens;
  if (options_.adaptive_thinking) {
    out += R"(,"thinking":{"type":"adaptive"})";
  } else if (thinks) {
    out += fmt::format(R"(,"thinking":{{"type":"enabled","budget_tokens":{}}})", *options_.thinking_budget);
  } else if (request.temperature && std::isfinite(*request.temperature)) {
    write_key(out, "temperature");
    detail::write_number(out, *request.temperature);
  }
  if (!answer.is_strict && options_.effort.empty()) return;
  out += R"(,"output_config":{)";
  if (!options_.effort.empty()) write_text(out, "effort", options_.effort);
  if (answer.is_strict) {
    write_key(out, "format");
    out += R"({"type":"json_schema","schema":)";
    out += answer.text;
    out += '}';
  }
  out += '}';
}

void anthropic_dialect::write_tools(std::string& out, const chat_request& request) const {
  // A model that thinks may not be made to call, but it can be offered nothing else.
  const bool thinks = options_.thinking_budget || options_.adaptive_thinking;
  const tool* const demanded = demanded_tool(request);
  const std::span<const tool> offered = thinks && demanded ? std::span(demanded, 1) : request.tools;
  write_key(out, "tools");
  out += '[';
  for (const tool& t : offered) {
    write_comma(out);
    out += '{';
    write_text(out, "name", t.name());
    write_text(out, "description", t.description());
    write_key(out, "input_schema");
    out += t.parameters_text();
    if (options_.strict_tools && is_strict(t.parameters())) out += R"(,"strict":true)";
    if (options_.prompt_cache && &t == &offered.back()) {
      out += ',';
      out += cache_mark(options_);
    }
    out += '}';
  }
  out += ']';
  if (request.choice == tool_choice::none) {
    out += R"(,"tool_choice":{"type":"none"})";
    return;
  }
  const bool must_call = request.choice == tool_choice::required && !thinks;
  if (!must_call && options_.parallel_tool_calls) return;
  out += R"(,"tool_choice":{)";
  write_text(out, "type", !must_call ? "auto" : demanded ? "tool" : "any");
  if (must_call && demanded) write_text(out, "name", demanded->name());
  if (!options_.parallel_tool_calls) out += R"(,"disable_parallel_tool_use":true)";
  out += '}';
}

// Turns of user and assistant alternate: results of tools, and what a user says behind them, are one turn.
void anthropic_dialect::write_message(std::string& out, const message& m, open_turn& turn) const {
  const role speaker = m.from() == role::assistant ? role::assistant : role::user;
  if (!turn.is_open || turn.speaker != speaker) {
    if (turn.is_open) out += "]}";
    write_comma(out);
    out += speaker == role::user ? R"({"role":"user","content":[)" : R"({"role":"assistant","content":[)";
    turn = {speaker, true};
  }
  write_blocks(out, m);
}

void anthropic_dialect::write_tail(std::string& out, const open_turn& turn) const {
  out += turn.is_open ? "]}]}" : "]}";
}

}  // namespace stook::models
