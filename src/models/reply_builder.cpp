#include "models/reply_builder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <stook/core/json.hpp>
#include "models/surrogate_halves.hpp"

namespace stook::models {
namespace {

// Arguments are not repaired, for then another call would run than the model wrote. They are cut where they
// break, and end in what no JSON ends in.
void mark_broken(std::string& arguments) {
  if (is_valid_utf8(arguments)) return;
  join_halves(arguments);
  if (is_valid_utf8(arguments)) return;
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  const std::string whole = to_valid_utf8(arguments);
  const auto same = std::mismatch(arguments.begin(), arguments.end(), whole.begin(), whole.end());
  arguments.erase(same.first, arguments.end());
  while (!is_valid_utf8(arguments)) arguments.pop_back();  // lead bytes that the replacement shares
  arguments += replacement;
}

}  // namespace

void reply_builder::text(std::string_view piece) {
  if (piece.empty()) return;
  budget_.spend(piece.size());
  text_ += piece;
  if (context_) context_->text_delta(heard_piece(piece).text());
}

void reply_builder::refusal(std::string_view piece) {
  if (piece.empty()) return;
  refuse();
  text(piece);
}

void reply_builder::reasoning(std::string_view piece) {
  budget_.spend(piece.size());
  if (context_ && !piece.empty()) context_->reasoning_delta(heard_piece(piece).text());
}

std::size_t reply_builder::begin_call(std::string_view id, std::string_view name) {
  const std::size_t index = calls_.size();
  budget_.spend(id.size() + name.size() + sizeof(tool_call));
  calls_.push_back({id.empty() ? fmt::format("call_{}", index + 1) : std::string(id), std::string(name), {}});
  if (context_) context_->call_delta(index, heard_piece(name).text(), "");
  return index;
}

void reply_builder::name_call(std::size_t call, std::string_view name) { calls_[call].name = name; }

void reply_builder::arguments(std::size_t call, std::string_view piece) {
  if (piece.empty()) return;
  budget_.spend(piece.size());
  calls_[call].arguments += piece;
  if (context_) context_->call_delta(call, heard_piece(calls_[call].name).text(), heard_piece(piece).text());
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
    mark_broken(call.arguments);
  }
  reply.answer = message::assistant(std::move(text_), std::move(calls_));
  if (!provider_data.empty()) reply.answer = reply.answer.with_provider_data(std::move(provider_data));
  reply.model = std::move(model_);
  reply.usage_is_estimate = !used_.has_value();
  reply.used = used_.value_or(usage{});
  return reply;
}

}  // namespace stook::models
