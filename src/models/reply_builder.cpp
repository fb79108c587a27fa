#include "models/reply_builder.hpp"

#include <fmt/format.h>

#include <stook/core/json.hpp>

namespace stook::models {
namespace {

// JSON may hold NUL, which a conversation does not.
void repair(std::string& text) {
  if (!is_valid_utf8(text)) text = to_valid_utf8(text);
}

}  // namespace

void reply_builder::text(std::string_view piece) {
  if (piece.empty()) return;
  budget_.spend(piece.size());
  text_ += piece;
  if (context_) context_->text_delta(piece);
}

void reply_builder::refusal(std::string_view piece) {
  if (piece.empty()) return;
  refuse();
  text(piece);
}

void reply_builder::reasoning(std::string_view piece) {
  budget_.spend(piece.size());
  if (context_ && !piece.empty()) context_->reasoning_delta(piece);
}

std::size_t reply_builder::begin_call(std::string_view id, std::string_view name) {
  const std::size_t index = calls_.size();
  budget_.spend(id.size() + name.size() + sizeof(tool_call));
  calls_.push_back({id.empty() ? fmt::format("call_{}", index + 1) : std::string(id), std::string(name), {}});
  if (context_) context_->call_delta(index, name, "");
  return index;
}

void reply_builder::name_call(std::size_t call, std::string_view name) { calls_[call].name = name; }

void reply_builder::arguments(std::size_t call, std::string_view piece) {
  if (piece.empty()) return;
  budget_.spend(piece.size());
  calls_[call].arguments += piece;
  if (context_) context_->call_delta(call, calls_[call].name, piece);
}

void reply_builder::model(std::string_view name) {
  if (model_.empty()) model_ = name;
}

chat_reply reply_builder::take(std::string provider_data) {
  chat_reply reply;
  reply.finish = finish_.value_or(finish_reason::stop);
  if (is_refused_) {
    reply.finish = finish_reason::content_filter;
    calls_.clear();
  } else if (!calls_.empty() && reply.finish == finish_reason::stop) {
    reply.finish = finish_reason::tool_calls;
  } else if (calls_.empty() && reply.finish == finish_reason::tool_calls) {
    reply.finish = finish_reason::stop;
  }
  repair(text_);
  for (tool_call& call : calls_) {
    repair(call.id);
    repair(call.name);
    repair(call.arguments);
  }
  reply.answer = message::assistant(std::move(text_), std::move(calls_));
  if (!provider_data.empty()) reply.answer = reply.answer.with_provider_data(std::move(provider_data));
  reply.model = std::move(model_);
  reply.usage_is_estimate = !used_.has_value();
  reply.used = used_.value_or(usage{});
  return reply;
}

}  // namespace stook::models
