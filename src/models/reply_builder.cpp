#include "models/reply_builder.hpp"

#include <fmt/format.h>

#include "models/provider_failure.hpp"

namespace stook::models {

void reply_builder::text(std::string_view piece) {
  if (piece.empty()) return;
  text_ += piece;
  if (context_) context_->text_delta(piece);
}

void reply_builder::refusal(std::string_view piece) {
  if (piece.empty()) return;
  refuse();
  text(piece);
}

void reply_builder::reasoning(std::string_view piece) {
  if (context_ && !piece.empty()) context_->reasoning_delta(piece);
}

std::size_t reply_builder::begin_call(std::string_view id, std::string_view name) {
  const std::size_t index = calls_.size();
  calls_.push_back({id.empty() ? fmt::format("call_{}", index + 1) : std::string(id), std::string(name), {}});
  if (context_) context_->call_delta(index, name, "");
  return index;
}

void reply_builder::name_call(std::size_t call, std::string_view name) { calls_[call].name = name; }

void reply_builder::arguments(std::size_t call, std::string_view piece) {
  if (piece.empty()) return;
  calls_[call].arguments += piece;
  if (context_) context_->call_delta(call, calls_[call].name, piece);
}

void reply_builder::model(std::string_view name) {
  if (model_.empty()) model_ = name;
}

chat_reply reply_builder::take(std::string provider_data) {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].name.empty()) throw nonsense(fmt::format("call {} of the reply names no tool", i + 1));
  }
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
  reply.answer = message::assistant(std::move(text_), std::move(calls_));
  if (!provider_data.empty()) reply.answer = reply.answer.with_provider_data(std::move(provider_data));
  reply.model = std::move(model_);
  reply.usage_is_estimate = !used_.has_value();
  reply.used = used_.value_or(usage{});
  return reply;
}

}  // namespace stook::models
