#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include "models/json_access.hpp"
#include "models/json_object_in.hpp"
#include "models/openai_dialect.hpp"
#include "models/provider_failure.hpp"
#include "models/reply_builder.hpp"
#include "models/wire.hpp"

namespace stook::models {
namespace {

namespace json = boost::json;

constexpr usage_names names{"prompt_tokens", "completion_tokens", "prompt_tokens_details",
                            "completion_tokens_details"};

finish_reason finish_of(std::string_view text) {
  if (text == "stop") return finish_reason::stop;
  if (text == "length") return finish_reason::length;
  if (text == "tool_calls" || text == "function_call") return finish_reason::tool_calls;
  if (text == "content_filter") return finish_reason::content_filter;
  return finish_reason::other;
}

// Both forms of a reply: a message is a delta that has everything. The number that a server gives a call is a
// name and not a place: some leave it out, and some give the same to all.
class reply_reader {
 public:
  reply_reader(generation* context, std::size_t most_bytes) : builder(context, most_bytes) {}

  void read(const json::object& chunk) {
    if (const auto* error = value_at(chunk, "error")) throw refusal_in_stream(*error);
    builder.model(text_at(chunk, "model"));
    if (const auto* counts = object_at(chunk, "usage")) {
      if (const auto used = read_usage(*counts, names)) builder.used(*used);
    }
    if (const auto* choices = array_at(chunk, "choices")) read_choices(*choices);
  }

  bool has_choice = false;
  reply_builder builder;

 private:
  struct pending {
    std::size_t call;
    std::string id;  // as the server gave it
    bool has_arguments = false;
  };

  void read_choices(const json::array& choices) {
    for (const json::value& each : choices) {
      const json::object* choice = each.if_object();
      if (!choice) continue;
      const json::value* index = value_at(*choice, "index");
      if (index && count_of(index) != 0) continue;
      has_choice = true;
      if (const auto* delta = object_at(*choice, "delta")) {
        read_piece(*delta, false);
      } else if (const auto* message = object_at(*choice, "message")) {
        read_piece(*message, true);
      }
      if (const auto reason = text_at(*choice, "finish_reason"); !reason.empty()) {
        builder.finish(finish_of(reason));
      }
    }
  }

  void read_piece(const json::object& piece, bool is_whole) {
    const auto reasoning = text_at(piece, "reasoning_content");
    builder.reasoning(reasoning.empty() ? text_at(piece, "reasoning") : reasoning);
    const json::value* content = piece.if_contains("content");
    builder.text(text_of(content));
    if (const auto* parts = content ? content->if_array() : nullptr) {
      for (const json::value& part : *parts) {
        const auto* members = part.if_object();
        if (!members) continue;
        if (text_at(*members, "type") == "text") builder.text(text_at(*members, "text"));
        if (text_at(*members, "type") == "refusal") builder.refusal(text_at(*members, "refusal"));
      }
    }
    builder.refusal(text_at(piece, "refusal"));
    const auto* calls = array_at(piece, "tool_calls");
    if (!calls) return;
    for (const json::value& call : *calls) {
      if (const auto* members = call.if_object()) read_call(*members, is_whole);
    }
  }

  void read_call(const json::object& call, bool is_whole) {
    const auto* function = object_at(call, "function");
    if (!function) return;  // of another kind
    const auto name = text_at(*function, "name");
    pending& current = call_of(call, name, is_whole);
    if (!name.empty()) builder.name_call(current.call, name);
    const json::value* arguments = value_at(*function, "arguments");
    if (!arguments) return;
    if (arguments->is_object()) {
      // as it was: a call with a number or a byte that had to be mended is not the call that was meant
      builder.arguments(current.call, json::serialize(*arguments));
      current.has_arguments = true;
    } else if (const auto piece = text_of(arguments); !piece.empty()) {
      builder.arguments(current.call, piece);
      current.has_arguments = true;
    }
  }

  // A call begins with a number that is new, an id that differs, or a name behind arguments. In a message
  // every call is one, also where two have the same id.
  pending& call_of(const json::object& call, std::string_view name, bool is_whole) {
    const auto id = text_at(call, "id");
    const auto number = count_at(call, "index");
    if (number && *number >= most_calls) {
      throw nonsense(fmt::format("expected calls numbered from 0 to {}, got {}", most_calls - 1, *number));
    }
    pending* current = nullptr;
    if (is_whole) {
      // none is continued
    } else if (number) {
      const auto known = numbered_.find(*number);
      if (known != numbered_.end()) current = &pending_[known->second];
    } else if (!pending_.empty()) {
      current = &pending_.back();
    }
    const auto is_new = [&](const pending& other) {
      if (!id.empty() && !other.id.empty()) return id != other.id;
      if (name.empty()) return false;
      return other.has_arguments || (!number && !builder.call(other.call).name.empty());
    };
    if (current && !is_new(*current)) return *current;
    if (number) numbered_[*number] = pending_.size();
    return pending_.emplace_back(pending{builder.begin_call(id, name), std::string(id)});
  }

  static constexpr std::int64_t most_calls = 1024;  // no turn has more; a server that counts so is confused

  std::vector<pending> pending_;
  std::map<std::int64_t, std::size_t> numbered_;
};

class openai_stream final : public stream_reader {
 public:
  openai_stream(generation& context, std::size_t most_bytes) : reply_(&context, most_bytes) {}

  bool read(std::string_view, std::string_view data) override {
    data = data.substr(0, data.find_last_not_of(" \t") + 1);
    if (data.empty()) return false;
    if (data == "[DONE]") return is_done_ = true;
    std::array<unsigned char, 4096> space;
    json::monotonic_resource memory(space.data(), space.size());
    reply_.read(json_object_in(data, "stream", &memory));
    return false;
  }

  bool has_ended() const override { return is_done_ || reply_.builder.has_finish(); }

  chat_reply finish() override {
    if (!has_ended()) throw truncated();
    if (!reply_.has_choice) throw nonsense("expected an answer in the stream, got none before its end");
    return reply_.builder.take();
  }

 private:
  reply_reader reply_;
  bool is_done_ = false;
};

}  // namespace

chat_reply openai_dialect::read_whole(std::string_view body) const {
  std::array<unsigned char, 16384> space;  // most replies fit
  json::monotonic_resource memory(space.data(), space.size());
  reply_reader reply(nullptr, options_.endpoint.max_reply_bytes);
  reply.read(json_object_in(body, "reply", &memory));
  if (!reply.has_choice) throw nonsense("expected one choice in the reply, got none: " + shown(body));
  return reply.builder.take();
}

std::unique_ptr<stream_reader> openai_dialect::read_stream(generation& context) const {
  return std::make_unique<openai_stream>(context, options_.endpoint.max_reply_bytes);
}

}  // namespace stook::models
