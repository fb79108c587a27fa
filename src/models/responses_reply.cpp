#include <limits>
#include <map>

#include <boost/json/value.hpp>

#include "models/byte_budget.hpp"
#include "models/json_access.hpp"
#include "models/json_object_in.hpp"
#include "models/provider_blocks.hpp"
#include "models/provider_failure.hpp"
#include "models/reply_builder.hpp"
#include "models/responses_dialect.hpp"
#include "models/surrogate_halves.hpp"
#include "models/wire.hpp"

namespace stook::models {
namespace {

namespace json = boost::json;

constexpr usage_names names{"input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"};

// Reasoning that is not encrypted cannot be sent back to a server that stored nothing.
bool is_to_keep(const json::object& item) {
  return text_at(item, "type") != "reasoning" || !text_at(item, "encrypted_content").empty();
}

void read_item(const json::object& item, reply_builder& builder) {
  const auto type = text_at(item, "type");
  if (type == "function_call") {
    const auto call_id = text_at(item, "call_id");
    const std::size_t call =
        builder.begin_call(call_id.empty() ? text_at(item, "id") : call_id, text_at(item, "name"));
    builder.arguments(call, text_at(item, "arguments"));
  }
  const json::array* content = type == "message" ? array_at(item, "content") : nullptr;
  if (!content) return;
  for (const json::value& each : *content) {
    const json::object* part = each.if_object();
    if (!part) continue;
    if (text_at(*part, "type") == "output_text") builder.text(text_at(*part, "text"));
    if (text_at(*part, "type") == "refusal") builder.refusal(text_at(*part, "refusal"));
  }
}

finish_reason finish_of(const json::object& response) {
  if (text_at(response, "status") != "incomplete") return finish_reason::stop;
  const json::object* details = object_at(response, "incomplete_details");
  const auto reason = details ? text_at(*details, "reason") : std::string_view();
  if (reason == "max_output_tokens") return finish_reason::length;
  return reason == "content_filter" ? finish_reason::content_filter : finish_reason::other;
}

// `items` are the answer; `response` says how it ended. `heard` is the text of a server that sent no items.
chat_reply reply_of(const json::object& response, const json::array& items, std::string_view heard = {}) {
  // what it is made of was bounded when it arrived
  reply_builder builder(nullptr, std::numeric_limits<std::size_t>::max());
  json::array kept;
  bool has_more = false;
  for (const json::value& each : items) {
    const json::object* item = each.if_object();
    if (!item) continue;
    read_item(*item, builder);
    if (!is_to_keep(*item)) continue;
    const auto type = text_at(*item, "type");
    has_more = has_more || (type != "message" && type != "function_call");
    kept.push_back(*item);
    repair(kept.back());
  }
  if (items.empty()) builder.text(heard);
  builder.finish(finish_of(response));
  builder.model(text_at(response, "model"));
  if (const auto* counts = object_at(response, "usage")) {
    if (const auto used = read_usage(*counts, names)) builder.used(*used);
  }
  return builder.take(has_more ? pack_blocks("responses", kept) : std::string());
}

void check_not_failed(const json::object& response) {
  if (const auto* error = value_at(response, "error")) throw refusal_in_stream(*error);
  if (text_at(response, "status") == "failed") throw refusal_in_stream("the response failed");
}

// Deltas are for who listens; the reply is made of the items that the server calls done.
class responses_stream final : public stream_reader {
 public:
  responses_stream(generation& context, std::size_t most_bytes) : context_(context), budget_(most_bytes) {}

  bool read(std::string_view event_type, std::string_view data) override {
    if (data.empty()) return false;
    if (data == "[DONE]") return true;
    const json::object event = json_object_in(data, "stream");
    const auto type = text_at(event, "type").empty() ? event_type : text_at(event, "type");
    if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
      const auto* response = object_at(event, "response");
      if (!response) throw nonsense("expected the response in its last event, got " + shown(data));
      check_not_failed(*response);
      response_ = *response;
      return true;
    }
    if (type == "error" || (!event.contains("type") && event.contains("error"))) {
      const auto* error = value_at(event, "error");
      throw refusal_in_stream(error ? *error : json::value(event));
    }
    if (type == "response.output_item.done") {
      budget_.spend(data.size());
      keep_item(event);
    } else if (type == "response.output_item.added") {
      budget_.spend(data.size());
      begin_item(event);
    } else {
      hear(type, event);
    }
    return false;
  }

  bool has_ended() const override { return response_.has_value(); }

  chat_reply finish() override {
    if (!response_) throw truncated();
    const json::array* items = array_at(*response_, "output");
    if (items && !items->empty()) return reply_of(*response_, *items, heard_);
    json::array kept;
    for (auto& [place, item] : items_) kept.push_back(std::move(item));
    return reply_of(*response_, kept, heard_);
  }

 private:
  struct call {
    std::size_t index;
    std::string name;
  };

  // An item without a place stands behind those that came before it.
  void keep_item(const json::object& event) {
    const auto* item = value_at(event, "item");
    if (!item) return;
    const std::int64_t next = items_.empty() ? 0 : items_.rbegin()->first + 1;
    items_.emplace(count_at(event, "output_index").value_or(next), *item);
  }

  void begin_item(const json::object& event) {
    const auto* item = object_at(event, "item");
    const auto place = count_at(event, "output_index");
    if (!item || !place || text_at(*item, "type") != "function_call") return;
    const call begun{calls_.size(), std::string(text_at(*item, "name"))};
    if (calls_.emplace(*place, begun).second)
      context_.call_delta(begun.index, heard_piece(begun.name).text(), "");
  }

  void hear(std::string_view type, const json::object& event) {
    const auto piece = text_at(event, "delta");
    if (piece.empty()) return;
    if (type == "response.output_text.delta" || type == "response.refusal.delta") {
      budget_.spend(piece.size());
      heard_ += piece;
      context_.text_delta(heard_piece(piece).text());
    } else if (type == "response.reasoning_summary_text.delta" || type == "response.reasoning_text.delta") {
      context_.reasoning_delta(heard_piece(piece).text());
    } else if (type == "response.function_call_arguments.delta") {
      const auto begun = calls_.find(count_at(event, "output_index").value_or(-1));
      if (begun != calls_.end())
        context_.call_delta(begun->second.index, heard_piece(begun->second.name).text(),
                            heard_piece(piece).text());
    }
  }

  generation& context_;
  byte_budget budget_;
  std::string heard_;
  std::multimap<std::int64_t, json::value> items_;  // by the server's place; equal ones as they came
  std::map<std::int64_t, call> calls_;
  std::optional<json::object> response_;
};

}  // namespace

chat_reply responses_dialect::read_whole(std::string_view body) const {
  const json::object response = json_object_in(body, "reply");
  check_not_failed(response);
  const json::array* items = array_at(response, "output");
  if (!items) throw nonsense("expected a response with output, got " + shown(body));
  return reply_of(response, *items);
}

std::unique_ptr<stream_reader> responses_dialect::read_stream(generation& context) const {
  return std::make_unique<responses_stream>(context, options_.endpoint.max_reply_bytes);
}

}  // namespace stook::models
