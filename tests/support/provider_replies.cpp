#include "support/provider_replies.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace fake {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& v) { return std::string(v.as_string()); }

// Three pieces, which end where a character does.
std::vector<std::string> pieces_of(std::string text) {
  std::vector<std::string> pieces;
  const std::size_t about = text.size() / 3 + 1;
  while (!text.empty()) {
    std::size_t size = std::min(about, text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
    pieces.push_back(text.substr(0, size));
    text.erase(0, size);
  }
  return pieces;
}

class event_writer {
 public:
  void event(std::string_view type, json::object members, bool numbered) {
    json::object data{{"type", type}};
    if (numbered) data["sequence_number"] = count_++;
    for (auto& [name, value] : members) data[name] = value;
    text_ += fmt::format("event: {}\ndata: {}\n\n", type, json::serialize(data));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::int64_t count_ = 0;
};

// One content block of a message, begun empty and then grown.
class block_events {
 public:
  block_events(event_writer& out, std::size_t index) : out_(out), index_(index) {}

  void write(const json::object& block) {
    json::object begun = block;
    const std::string type = text_of(block.at("type"));
    if (type == "text") begun["text"] = "";
    if (type == "thinking") begun["thinking"] = begun["signature"] = "";
    if (type == "tool_use") begun["input"] = json::object();
    out_.event("content_block_start", {{"index", index_}, {"content_block", begun}}, false);
    if (type == "text") grow("text_delta", "text", text_of(block.at("text")));
    if (type == "thinking") {
      grow("thinking_delta", "thinking", text_of(block.at("thinking")));
      delta("signature_delta", "signature", text_of(block.at("signature")));
    }
    if (type == "tool_use") grow("input_json_delta", "partial_json", json::serialize(block.at("input")));
    out_.event("content_block_stop", {{"index", index_}}, false);
  }

 private:
  void grow(std::string_view type, std::string_view member, const std::string& text) {
    for (const std::string& piece : pieces_of(text)) delta(type, member, piece);
  }
  void delta(std::string_view type, std::string_view member, const std::string& piece) {
    out_.event("content_block_delta", {{"index", index_}, {"delta", {{"type", type}, {member, piece}}}},
               false);
  }

  event_writer& out_;
  std::size_t index_;
};

// One item of a response.
class item_events {
 public:
  item_events(event_writer& out, std::size_t index) : out_(out), index_(index) {}

  void write(const json::object& item) {
    json::object begun = item;
    const std::string type = text_of(item.at("type"));
    if (begun.contains("status")) begun["status"] = "in_progress";
    if (type == "message") begun["content"] = json::array();
    if (type == "function_call") begun["arguments"] = "";
    if (type == "reasoning") begun["summary"] = json::array();
    about("response.output_item.added", {{"item", begun}});
    if (const json::value* id = item.if_contains("id")) id_ = *id;
    if (type == "message") parts(item.at("content").as_array());
    if (type == "reasoning") summary(item.at("summary").as_array());
    if (type == "function_call") {
      const std::string arguments = text_of(item.at("arguments"));
      for (const std::string& piece : pieces_of(arguments)) {
        about("response.function_call_arguments.delta", {{"delta", piece}});
      }
      about("response.function_call_arguments.done", {{"name", item.at("name")}, {"arguments", arguments}});
    }
    id_ = nullptr;
    about("response.output_item.done", {{"item", item}});
  }

 private:
  void about(std::string_view type, json::object members) {
    json::object all{{"output_index", index_}};
    if (!id_.is_null()) all["item_id"] = id_;
    for (auto& [name, value] : members) all[name] = value;
    out_.event(type, std::move(all), true);
  }
  void parts(const json::array& content) {
    for (std::size_t i = 0; i < content.size(); ++i) {
      json::object begun = content[i].as_object();
      const bool is_refusal = begun.at("type") == "refusal";
      const std::string member = is_refusal ? "refusal" : "text";
      const std::string event = is_refusal ? "response.refusal" : "response.output_text";
      const std::string text = text_of(begun.at(member));
      begun[member] = "";
      about("response.content_part.added", {{"content_index", i}, {"part", begun}});
      for (const std::string& piece : pieces_of(text)) {
        json::object grown{{"content_index", i}, {"delta", piece}};
        if (!is_refusal) grown["logprobs"] = json::array();
        about(event + ".delta", std::move(grown));
      }
      json::object done{{"content_index", i}, {member, text}};
      if (!is_refusal) done["logprobs"] = json::array();
      about(event + ".done", std::move(done));
      about("response.content_part.done", {{"content_index", i}, {"part", content[i]}});
    }
  }
  void summary(const json::array& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string text = text_of(parts[i].at("text"));
      about("response.reasoning_summary_part.added",
            {{"summary_index", i}, {"part", {{"type", "summary_text"}, {"text", ""}}}});
      for (const std::string& piece : pieces_of(text)) {
        about("response.reasoning_summary_text.delta", {{"summary_index", i}, {"delta", piece}});
      }
      about("response.reasoning_summary_text.done", {{"summary_index", i}, {"text", text}});
      about("response.reasoning_summary_part.done", {{"summary_index", i}, {"part", parts[i]}});
    }
  }

  event_writer& out_;
  std::size_t index_;
  json::value id_;
};

constexpr std::string_view message_begin =
    R"("id":"msg_1","type":"message","role":"assistant","model":"fake-1",)";
constexpr std::string_view response_begin =
    R"("id":"resp_1","object":"response","created_at":1767225600,"model":"fake-1","parallel_tool_calls":true,)"
    R"("tool_choice":"auto","tools":[],"temperature":1,"top_p":1,"metadata":{},"instructions":null,"error":null,)";

// The response without its braces.
std::string response_members(std::string_view items, std::string_view status, bool over) {
  const std::string_view why = status == "incomplete" ? R"({"reason":"max_output_tokens"})" : "null";
  return fmt::format(
      R"({}"status":"{}","incomplete_details":{},"output":{},"usage":{})", response_begin, status, why, items,
      over ? R"({"input_tokens":11,"input_tokens_details":{"cached_tokens":4},"output_tokens":7,)"
             R"("output_tokens_details":{"reasoning_tokens":2},"total_tokens":18})"
           : "null");
}

json::object object_of(const std::string& members) { return json::parse("{" + members + "}").as_object(); }

}  // namespace

provider_reply anthropic_message(std::string_view blocks, std::string_view stop_reason) {
  const auto counts = [](int output) {
    return fmt::format(
        R"("usage":{{"input_tokens":5,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":{}}})",
        output);
  };
  provider_reply out;
  out.whole = fmt::format(R"({{{}"content":{},"stop_reason":"{}","stop_sequence":null,{}}})", message_begin,
                          blocks, stop_reason, counts(7));
  event_writer events;
  const json::object begun = object_of(
      fmt::format(R"({}"content":[],"stop_reason":null,"stop_sequence":null,{})", message_begin, counts(1)));
  events.event("message_start", {{"message", begun}}, false);
  events.event("ping", {}, false);
  const json::array content = json::parse(blocks).as_array();
  for (std::size_t i = 0; i < content.size(); ++i) block_events(events, i).write(content[i].as_object());
  events.event("message_delta",
               {{"delta", {{"stop_reason", stop_reason}, {"stop_sequence", nullptr}}},
                {"usage", {{"output_tokens", 7}}}},
               false);
  events.event("message_stop", {}, false);
  out.streamed = events.take();
  return out;
}

provider_reply openai_response(std::string_view items, std::string_view status) {
  provider_reply out;
  out.whole = "{" + response_members(items, status, true) + "}";
  event_writer events;
  const json::object begun = object_of(response_members("[]", "in_progress", false));
  events.event("response.created", {{"response", begun}}, true);
  events.event("response.in_progress", {{"response", begun}}, true);
  const json::array output = json::parse(items).as_array();
  for (std::size_t i = 0; i < output.size(); ++i) item_events(events, i).write(output[i].as_object());
  const json::object over = object_of(response_members(items, status, true));
  events.event(fmt::format("response.{}", status), {{"response", over}}, true);
  out.streamed = events.take();
  return out;
}

}  // namespace fake
