#include <algorithm>
#include <map>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include "models/anthropic_dialect.hpp"
#include "models/json_access.hpp"
#include "models/json_object_in.hpp"
#include "models/provider_blocks.hpp"
#include "models/provider_failure.hpp"
#include "models/reply_builder.hpp"
#include "models/surrogate_halves.hpp"

namespace stook::models {
namespace {

namespace json = boost::json;

finish_reason finish_of(std::string_view text) {
  if (text == "tool_use") return finish_reason::tool_calls;
  if (text == "max_tokens" || text == "model_context_window_exceeded") return finish_reason::length;
  if (text == "refusal") return finish_reason::content_filter;
  if (text == "end_turn" || text == "stop_sequence") return finish_reason::stop;
  return finish_reason::other;
}

// One block of the answer, as it came. Strings that grow are kept beside it until it ends: to append to them
// inside the JSON would be as good, and to serialise it for each delta would not.
struct block {
  json::object members;
  std::string input_text{};
  std::optional<std::size_t> call{};
};

class reply_reader {
 public:
  reply_reader(generation* context, std::size_t most_bytes) : builder(context, most_bytes) {}

  // `size` is that of the text that it was read from.
  void begin(const json::object& members, std::size_t size) {
    builder.budget().spend(size);
    block& added = blocks_.emplace_back();
    added.members = members;
    const auto type = text_at(members, "type");
    if (type == "text") {
      builder.text(text_at(members, "text"));
    } else if (type == "thinking") {
      builder.reasoning(text_at(members, "thinking"));
    } else if (type == "tool_use") {
      added.call = builder.begin_call(text_at(members, "id"), text_at(members, "name"));
    }
    if (type != "text" && type != "tool_use") has_more_ = true;
  }

  void grow(std::size_t index, const json::object& delta, std::size_t size) {
    block& b = blocks_[index];
    const auto type = text_at(delta, "type");
    if (type == "text_delta") {
      append(b, "text", text_at(delta, "text"));
      builder.text(text_at(delta, "text"));
    } else if (type == "input_json_delta") {
      const auto piece = text_at(delta, "partial_json");
      builder.budget().spend(piece.size());
      b.input_text += piece;
      if (b.call) builder.arguments(*b.call, piece);
    } else if (type == "thinking_delta") {
      append(b, "thinking", text_at(delta, "thinking"));
      builder.reasoning(text_at(delta, "thinking"));
    } else if (type == "signature_delta") {
      builder.budget().spend(text_at(delta, "signature").size());
      append(b, "signature", text_at(delta, "signature"));
    } else if (type == "citations_delta") {
      builder.budget().spend(size);
      if (const auto* citation = value_at(delta, "citation")) cite(b, *citation);
    }
  }

  // Usage is told several times; each number that comes replaces the one before.
  void count(const json::object& told) {
    for (const std::string_view name :
         {"input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"}) {
      if (!value_at(told, name)) continue;
      if (const auto number = count_at(told, name)) {
        counts_[name] = *number;
      } else {
        is_counted_ = false;
      }
    }
    const auto input = counts_.find("input_tokens"), output = counts_.find("output_tokens");
    if (!is_counted_ || input == counts_.end() || output == counts_.end()) return;
    const std::int64_t written = counts_["cache_creation_input_tokens"];
    const std::int64_t cached = counts_["cache_read_input_tokens"];
    builder.used({.input_tokens = input->second + written + cached,
                  .output_tokens = output->second,
                  .cached_input_tokens = cached,
                  .cache_write_tokens = written});
  }

  void stop(const json::object& members) {
    const auto reason = text_at(members, "stop_reason");
    if (reason.empty()) return;
    builder.finish(finish_of(reason));
    is_refused_ = reason == "refusal";
    if (const auto* details = object_at(members, "stop_details")) {
      why_refused_ = shown(text_at(*details, "explanation"));
    }
  }

  chat_reply take() {
    json::array kept;
    for (block& b : blocks_) finish_block(b, kept);
    if (is_refused_) {  // nothing of a turn that was taken back is run, or sent again
      builder.refuse();
      if (builder.text_so_far().empty()) {
        builder.text(why_refused_.empty() ? "The model declined to answer." : why_refused_);
      }
      return builder.take();
    }
    return builder.take(has_more_ ? pack_blocks("anthropic", kept) : std::string());
  }

  std::size_t size() const { return blocks_.size(); }

  reply_builder builder;

 private:
  static void append(block& b, std::string_view key, std::string_view piece) {
    json::value& grown = b.members[key];
    if (!grown.is_string()) grown.emplace_string();
    grown.get_string().append(piece);
  }

  static void cite(block& b, const json::value& citation) {
    json::value& all = b.members["citations"];
    if (!all.is_array()) all.emplace_array();
    all.get_array().push_back(citation);
  }

  void finish_block(block& b, json::array& kept) {
    if (b.call && b.input_text.empty()) {
      if (const auto* input = object_at(b.members, "input"); input && !input->empty()) {
        builder.arguments(*b.call, dump_json(*input));
      }
    }
    if (!b.input_text.empty()) {
      join_halves(b.input_text);
      try {
        b.members["input"] = parse_json(b.input_text);
      } catch (const error&) {
        has_more_ = false;  // what the model wrote is no JSON, so the block can not be sent back
      }
    }
    kept.push_back(std::move(b.members));
    repair(kept.back());
  }

  std::vector<block> blocks_;
  std::map<std::string_view, std::int64_t> counts_;
  bool is_counted_ = true;
  bool has_more_ = false;
  bool is_refused_ = false;
  std::string why_refused_;
};

class anthropic_stream final : public stream_reader {
 public:
  anthropic_stream(generation& context, std::size_t most_bytes) : reply_(&context, most_bytes) {}

  bool read(std::string_view, std::string_view data) override {
    if (data.empty()) return false;
    const json::object event = json_object_in(data, "stream");
    const auto type = text_at(event, "type");
    if (type == "content_block_delta") {
      read_delta(event, data.size());
    } else if (type == "content_block_start") {
      if (const auto* block = object_at(event, "content_block")) {
        places_[count_at(event, "index").value_or(0)] = reply_.size();
        reply_.begin(*block, data.size());
      }
    } else if (type == "message_start") {
      if (const auto* message = object_at(event, "message")) {
        has_begun_ = true;
        reply_.builder.model(text_at(*message, "model"));
        if (const auto* counts = object_at(*message, "usage")) reply_.count(*counts);
      }
    } else if (type == "message_delta") {
      if (const auto* delta = object_at(event, "delta")) reply_.stop(*delta);
      if (const auto* counts = object_at(event, "usage")) reply_.count(*counts);
    } else if (type == "error") {
      const auto* error = value_at(event, "error");
      throw refusal_in_stream(error ? *error : json::value(event));
    } else if (type == "message_stop") {
      is_done_ = true;
    }
    return is_done_;
  }

  bool has_ended() const override { return is_done_; }

  chat_reply finish() override {
    if (!is_done_) throw truncated();
    if (!has_begun_ && reply_.size() == 0)
      throw nonsense("expected an answer in the stream, got only its end");
    return reply_.take();
  }

 private:
  void read_delta(const json::object& event, std::size_t size) {
    const auto place = places_.find(count_at(event, "index").value_or(0));
    const auto* delta = object_at(event, "delta");
    if (place != places_.end() && delta) reply_.grow(place->second, *delta, size);
  }

  reply_reader reply_;
  std::map<std::int64_t, std::size_t> places_;  // the server's numbers are names
  bool has_begun_ = false;
  bool is_done_ = false;
};

}  // namespace

chat_reply anthropic_dialect::read_whole(std::string_view body) const {
  const json::object members = json_object_in(body, "reply");
  if (text_at(members, "type") == "error") {
    const auto* error = value_at(members, "error");
    throw refusal_in_stream(error ? *error : json::value(members));
  }
  const json::array* content = array_at(members, "content");
  if (!content) throw nonsense("expected a reply with content, got " + shown(body));
  reply_reader reply(nullptr, options_.endpoint.max_reply_bytes);
  reply.builder.model(text_at(members, "model"));
  for (const json::value& block : *content) {
    if (const auto* of_block = block.if_object()) reply.begin(*of_block, 0);  // the body is bounded
  }
  reply.stop(members);
  if (const auto* counts = object_at(members, "usage")) reply.count(*counts);
  return reply.take();
}

std::unique_ptr<stream_reader> anthropic_dialect::read_stream(generation& context) const {
  return std::make_unique<anthropic_stream>(context, options_.endpoint.max_reply_bytes);
}

}  // namespace stook::models
