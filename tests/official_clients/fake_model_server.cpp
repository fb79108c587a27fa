// stook_fake_model_server: the fake model server of the tests, for clients that others wrote. One server a
// case; the line that is printed for it is a JSON object: where it listens, and what stook read there. What
// is asked there next gets the same bytes. Ends when its standard input does.

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stook/chat/model_error.hpp>
#include <stook/models/anthropic.hpp>
#include <stook/models/openai.hpp>
#include <stook/models/openai_responses.hpp>
#include <stook/models/retry.hpp>

#include "conformance/completion.hpp"
#include "conformance/fault_server.hpp"
#include "support/provider_replies.hpp"

namespace {

namespace json = boost::json;
using conformance::exchange;
using conformance::transport;

enum class protocol { chat, responses, messages };

std::string_view to_string(protocol p) {
  return p == protocol::chat ? "chat" : p == protocol::responses ? "responses" : "messages";
}

/// What one server is told to say, request by request.
struct told_case {
  std::string name;
  protocol speaks;
  transport way;
  std::vector<exchange> says;
  bool retries = false;  ///< the client is to ask again
};

std::shared_ptr<stook::chat_model> client_of(const told_case& c, const std::string& base_url) {
  const stook::model_endpoint at{
      .base_url = base_url, .api_key = stook::secret("sk-test"), .stream = c.way != transport::whole};
  std::shared_ptr<stook::chat_model> model = c.speaks == protocol::chat ? stook::openai("m", {.endpoint = at})
                                             : c.speaks == protocol::responses
                                                 ? stook::openai_responses("m", {.endpoint = at})
                                                 : stook::anthropic("m", {.endpoint = at});
  return c.retries ? stook::with_retry(std::move(model)) : model;
}

struct listener final : stook::generation {
  std::string reasoning;
  void reasoning_delta(std::string_view piece) override { reasoning += piece; }
};

json::object as_json(const stook::chat_reply& reply, const std::string& reasoning) {
  json::array calls;
  for (const stook::tool_call& call : reply.answer.calls()) {
    calls.push_back({{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
  }
  json::object out{{"text", reply.answer.text()},
                   {"reasoning", reasoning},
                   {"calls", std::move(calls)},
                   {"finish", stook::to_string(reply.finish)},
                   {"model", reply.model},
                   {"input_tokens", reply.used.input_tokens},
                   {"output_tokens", reply.used.output_tokens},
                   {"cached_tokens", reply.used.cached_input_tokens},
                   {"reasoning_tokens", reply.used.reasoning_tokens}};
  const std::string& kept = reply.answer.provider_data();
  out["provider_data"] = kept.empty() ? json::value() : json::parse(kept);
  return out;
}

json::object read_by_stook(const told_case& c, const std::string& base_url) {
  const std::vector<stook::message> said{stook::message::user("hi")};
  listener heard;
  try {
    const stook::chat_reply reply = client_of(c, base_url)->generate({.messages = said}, heard);
    return {{"reply", as_json(reply, heard.reasoning)}};
  } catch (const stook::model_error& e) {
    json::object error{{"code", e.code()}, {"status", e.http_status()}, {"text", e.what()}};
    if (const auto after = e.retry_after()) error["retry_after_ms"] = after->count();
    return {{"error", std::move(error)}};
  }
}

exchange saying(conformance::reply_body body) { return {.body = std::move(body)}; }

exchange saying(const fake::provider_reply& reply, transport way) {
  if (way == transport::whole) return saying({.bytes = reply.whole, .type = "application/json"});
  return saying({.bytes = reply.streamed, .type = "text/event-stream"});
}

exchange saying(const conformance::completion& c, transport way) {
  return saying(way == transport::whole ? whole_body(c) : stream_body(c));
}

exchange busy(protocol p, std::string header, std::string value) {
  const char* body =
      p == protocol::messages
          ? R"({"type":"error","error":{"type":"rate_limit_error","message":"Slow down."},"request_id":"req_1"})"
          : R"({"error":{"message":"Slow down.","type":"requests","param":null,"code":"rate_limit_exceeded"}})";
  return {.status = 429,
          .headers = {{std::move(header), std::move(value)}},
          .body = conformance::reply_body{.bytes = body, .type = "application/json"}};
}

constexpr std::string_view arguments_a =
    R"({"service":"checkout","since":"2026-01-01T00:00:00Z","müde":[1,2.5]})";
constexpr std::string_view arguments_b = R"({"deep":{"x":null,"t":true},"text":"a \"b\" \\ 你好"})";

conformance::completion chat_calls() {
  conformance::completion c{.content = "Zwei Würfe, 你好.", .finish = "tool_calls"};
  c.calls.push_back({json::value("call_1"), json::value("count_errors"), json::value(arguments_a)});
  c.calls.push_back({json::value("call_2"), json::value("read_logs"), json::value(arguments_b)});
  c.calls.push_back({json::value("call_3"), json::value("now"), json::value("{}")});
  return c;
}

std::string message_blocks() {
  return fmt::format(
      R"([{{"type":"thinking","thinking":"hm, ü …","signature":"c2lnbmF0dXJl/+=="}},)"
      R"({{"type":"redacted_thinking","data":"xyz"}},{{"type":"text","text":"Zwei Würfe, 你好."}},)"
      R"({{"type":"tool_use","id":"toolu_1","name":"count_errors","input":{}}},)"
      R"({{"type":"tool_use","id":"toolu_2","name":"read_logs","input":{}}}])",
      arguments_a, arguments_b);
}

std::string response_items() {
  const auto call = [](int n, std::string_view name, std::string_view arguments) {
    return fmt::format(
        R"({{"type":"function_call","id":"fc_{0}","call_id":"call_{0}","name":"{1}","arguments":{2},"status":"completed"}})",
        n, name, json::serialize(json::value(arguments)));
  };
  return fmt::format(
      R"([{{"type":"reasoning","id":"rs_1","summary":[{{"type":"summary_text","text":"hm, ü …"}}],)"
      R"("encrypted_content":"gAAA=="}},{{"type":"message","id":"msg_1","role":"assistant","status":"completed",)"
      R"("content":[{{"type":"output_text","text":"Zwei Würfe, 你好.","annotations":[],"logprobs":[]}}]}},{},{}])",
      call(1, "count_errors", arguments_a), call(2, "read_logs", arguments_b));
}

std::string text_item(std::string_view text) {
  return fmt::format(R"([{{"type":"message","id":"msg_1","role":"assistant","status":"completed",)"
                     R"("content":[{{"type":"output_text","text":"{}","annotations":[],"logprobs":[]}}]}}])",
                     text);
}

std::string text_block(std::string_view text) {
  return fmt::format(R"([{{"type":"text","text":"{}"}}])", text);
}

exchange calling(protocol p, transport way) {
  if (p == protocol::chat) return saying(chat_calls(), way);
  if (p == protocol::responses) return saying(fake::openai_response(response_items()), way);
  return saying(fake::anthropic_message(message_blocks(), "tool_use"), way);
}

exchange cut_short(protocol p, transport way) {
  if (p == protocol::chat)
    return saying(conformance::completion{.content = "It be", .finish = "length"}, way);
  if (p == protocol::responses) return saying(fake::openai_response(text_item("It be"), "incomplete"), way);
  return saying(fake::anthropic_message(text_block("It be"), "max_tokens"), way);
}

exchange plain(protocol p, transport way) {
  if (p == protocol::chat) return saying(conformance::completion{.content = "done", .finish = "stop"}, way);
  if (p == protocol::responses) return saying(fake::openai_response(text_item("done")), way);
  return saying(fake::anthropic_message(text_block("done"), "end_turn"), way);
}

// A stream that ends with the provider's word that it cannot go on.
exchange breaking(protocol p) {
  exchange e = plain(p, transport::stream);
  std::string& bytes = e.body->bytes;
  // behind the first event, and so before anything that could end the answer
  bytes.resize(bytes.find("\n\n") + 2);
  bytes += p == protocol::chat
               ? R"(data: {"error":{"message":"late","type":"server_error","code":null,"param":null}})"
           : p == protocol::responses
               ? "event: error\ndata: "
                 R"({"type":"error","sequence_number":1,"code":"server_error","message":"late","param":null})"
               : "event: error\ndata: "
                 R"({"type":"error","error":{"type":"overloaded_error","message":"late"}})";
  bytes += "\n\n";
  return e;
}

std::vector<told_case> all_cases() {
  std::vector<told_case> all;
  for (const protocol p : {protocol::chat, protocol::responses, protocol::messages}) {
    const auto add = [&](std::string name, transport way, const std::vector<exchange>& says) {
      told_case& c = all.emplace_back(
          told_case{fmt::format("{}, {}: {}", to_string(p), to_string(way), name), p, way, says});
      c.retries = says.size() > 1;
      c.says.insert(c.says.end(), says.begin(), says.end());  // once for stook, once for who comes next
    };
    for (const transport way : {transport::whole, transport::stream, transport::split}) {
      add("parallel calls", way, {calling(p, way)});
      add("cut short", way, {cut_short(p, way)});
      add("plain text", way, {plain(p, way)});
    }
    add("too many requests", transport::whole, {busy(p, "Retry-After", "2")});
    add("asked again", transport::whole, {busy(p, "Retry-After-Ms", "20"), plain(p, transport::whole)});
    add("an error in a stream", transport::stream, {breaking(p)});
  }
  return all;
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::unique_ptr<conformance::fault_server>> servers;
  for (const told_case& c : all_cases()) {
    conformance::fault_script script{.exchanges = c.says, .tls = {}};
    auto& server =
        servers.emplace_back(std::make_unique<conformance::fault_server>(std::move(script), c.way));
    json::object line{{"name", c.name},
                      {"protocol", to_string(c.speaks)},
                      {"stream", c.way != transport::whole},
                      {"retries", c.retries},
                      {"base_url", server->base_url()}};
    for (auto& [name, value] : read_by_stook(c, server->base_url())) line[name] = value;
    fmt::print("{}\n", json::serialize(line));
  }
  fmt::print("\n");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
