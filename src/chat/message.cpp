#include <stook/chat/message.hpp>

#include "core/json_writer.hpp"

namespace stook {

message::message() {
  static const auto nothing = std::make_shared<const body>(body{.from = role::assistant});
  body_ = nothing;
}

std::shared_ptr<message::body> message::make(role from, std::string text) {
  auto b = std::make_shared<body>();
  b->from = from;
  b->text = std::move(text);
  return b;
}

message message::system(std::string text) { return message(make(role::system, std::move(text))); }

message message::user(std::string text, std::vector<image> images) {
  auto b = make(role::user, std::move(text));
  b->images = std::move(images);
  return message(std::move(b));
}

message message::assistant(std::string text, std::vector<tool_call> calls) {
  auto b = make(role::assistant, std::move(text));
  b->calls = std::move(calls);
  return message(std::move(b));
}

message message::tool(std::string call_id, std::string tool_name, std::string text, bool error) {
  auto b = std::make_shared<body>();
  b->from = role::tool;
  b->error = error;
  b->text = std::move(text);
  b->call_id = std::move(call_id);
  b->tool_name = std::move(tool_name);
  return message(std::move(b));
}

message message::with_provider_data(std::string json_text) const {
  auto b = std::make_shared<body>(*body_);
  b->provider_data = std::move(json_text);
  return message(std::move(b));
}

bool operator==(const message& a, const message& b) { return a.body_ == b.body_ || *a.body_ == *b.body_; }

std::string_view to_string(role r) {
  switch (r) {
    case role::system:
      return "system";
    case role::user:
      return "user";
    case role::assistant:
      return "assistant";
    case role::tool:
      return "tool";
  }
  return "user";
}

namespace {

void write_parts(std::string& out, const message& m) {
  using detail::write_string;
  out += '[';
  if (!m.text().empty()) {
    out += R"({"type":"text","text":)";
    write_string(out, m.text());
    out += "},";
  }
  for (const image& shown : m.images()) {
    out += R"({"type":"image_url","image_url":{"url":)";
    const bool is_bytes = shown.url().empty();
    write_string(out, is_bytes ? "data:" + shown.media_type() + ";base64," + shown.base64() : shown.url());
    out += "}},";
  }
  out.back() = ']';
}

}  // namespace

std::string to_json_text(const message& m) {
  using detail::write_string;
  std::string out = R"({"role":)";
  write_string(out, to_string(m.from()));
  if (m.from() == role::tool) {
    out += R"(,"tool_call_id":)";
    write_string(out, m.call_id());
    out += R"(,"name":)";
    write_string(out, m.tool_name());
  }
  out += R"(,"content":)";
  if (m.text().empty() && !m.calls().empty()) {
    out += "null";
  } else if (m.images().empty()) {
    write_string(out, m.text());
  } else {
    write_parts(out, m);
  }
  if (!m.calls().empty()) {
    out += R"(,"tool_calls":[)";
    bool first = true;
    for (const tool_call& call : m.calls()) {
      if (!first) out += ',';
      first = false;
      out += R"({"id":)";
      write_string(out, call.id);
      out += R"(,"type":"function","function":{"name":)";
      write_string(out, call.name);
      out += R"(,"arguments":)";
      write_string(out, call.arguments);
      out += "}}";
    }
    out += ']';
  }
  if (m.is_error()) out += R"(,"error":true)";
  out += '}';
  return out;
}

}  // namespace stook
