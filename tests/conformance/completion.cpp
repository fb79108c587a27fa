#include "completion.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "stream_writer.hpp"

namespace conformance {

namespace json = boost::json;

namespace {

json::value usage_of(const completion& c) {
  if (c.usage) return *c.usage;
  return json::object{{"prompt_tokens", 11}, {"completion_tokens", 7}, {"total_tokens", 18}};
}

json::object call_member(const said_call& call) {
  json::object function;
  if (call.name) function["name"] = *call.name;
  if (call.args) function["arguments"] = *call.args;
  json::object out{{"type", "function"}, {"function", std::move(function)}};
  if (call.id) out["id"] = *call.id;
  return out;
}

json::object chunk_head() {
  return {{"id", "chatcmpl-1"},
          {"object", "chat.completion.chunk"},
          {"created", 1767225600},
          {"model", "fake-1"}};
}

// Pieces end where a character does, as those of a tokenizer that joins its bytes do.
std::vector<std::string> pieces_of(std::string_view text) {
  const std::size_t about = std::max<std::size_t>(4, text.size() / 16);
  std::vector<std::string> pieces;
  while (!text.empty()) {
    std::size_t size = std::min(about, text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
    pieces.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return pieces;
}

}  // namespace

std::string_view to_string(transport t) {
  return t == transport::whole ? "whole" : t == transport::stream ? "stream" : "split stream";
}

completion call_of(std::string id, std::string name, std::string args) {
  completion c{.content = nullptr, .finish = "tool_calls"};
  c.calls.push_back({json::value(id), json::value(name), json::value(args)});
  return c;
}

reply_body whole_body(const completion& c) {
  json::object message{{"role", "assistant"}, {"content", c.content}};
  if (!c.calls.empty()) {
    json::array calls;
    for (const said_call& call : c.calls) calls.emplace_back(call_member(call));
    message["tool_calls"] = std::move(calls);
  }
  if (c.refusal) message["refusal"] = *c.refusal;
  const json::object choice{{"index", 0}, {"message", std::move(message)}, {"finish_reason", c.finish}};
  const json::object reply{{"id", "chatcmpl-1"}, {"object", "chat.completion"}, {"created", 1767225600},
                           {"model", "fake-1"},  {"choices", {choice}},         {"usage", usage_of(c)}};
  reply_body body{json::serialize(reply), "application/json"};
  for (const auto& [place, member] : {std::pair{"content", "\"content\""},
                                      {"call", "\"tool_calls\""},
                                      {"args", "\"arguments\""},
                                      {"finish", "\"finish_reason\""},
                                      {"usage", "\"usage\""}}) {
    if (const auto at = body.bytes.find(member); at != std::string::npos) body.places[place] = at;
  }
  body.places["done"] = body.bytes.size();
  return body;
}

void stream_writer::data(std::string_view label, const std::string& text) {
  mark(label);
  body_.bytes += "data: " + text + "\n\n";
}

void stream_writer::delta(std::string_view label, json::object delta, json::value finish) {
  data(label, chunk(std::move(delta), std::move(finish)));
}

std::string stream_writer::chunk(json::object delta, json::value finish) {
  const json::object choice{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish)}};
  json::object out = chunk_head();
  out["choices"] = {choice};
  return json::serialize(out);
}

void stream_writer::text(std::string_view content) {
  for (const std::string& piece : pieces_of(content)) delta("content", {{"content", piece}});
}

void stream_writer::begin_call(const said_call& call, std::optional<std::int64_t> index) {
  said_call first = call;
  if (first.args && first.args->is_string()) first.args = "";
  json::object member = call_member(first);
  if (index) member["index"] = *index;
  delta("call", {{"tool_calls", {std::move(member)}}});
}

void stream_writer::arguments(std::string_view piece, std::optional<std::int64_t> index) {
  json::object member{{"function", {{"arguments", piece}}}};
  if (index) member["index"] = *index;
  delta("args", {{"tool_calls", {std::move(member)}}});
}

void stream_writer::call(const said_call& call, std::optional<std::int64_t> index) {
  begin_call(call, index);
  if (!call.args || !call.args->is_string()) return;
  for (const std::string& piece : pieces_of(call.args->get_string())) arguments(piece, index);
}

void stream_writer::end(const json::value& finish, const json::value& usage) {
  delta("finish", {}, finish);
  json::object last = chunk_head();
  last["choices"] = json::array();
  last["usage"] = usage;
  data("usage", json::serialize(last));
  data("done", "[DONE]");
}

reply_body stream_body(const completion& c) {
  stream_writer out;
  out.delta("role", {{"role", "assistant"}, {"content", nullptr}});
  if (const auto* text = c.content.if_string()) {
    out.text(*text);
  } else if (!c.content.is_null()) {
    out.delta("content", {{"content", c.content}});
  }
  for (std::size_t i = 0; i < c.calls.size(); ++i) out.call(c.calls[i], static_cast<std::int64_t>(i));
  if (c.refusal) out.delta("content", {{"refusal", *c.refusal}});
  out.end(c.finish, usage_of(c));
  return out.take();
}

}  // namespace conformance
