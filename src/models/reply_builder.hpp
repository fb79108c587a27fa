#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <stook/chat/model.hpp>
#include "models/byte_budget.hpp"

namespace stook::models {

/// Puts a reply together from its pieces, in time linear in their length, and passes each on as a delta.
class reply_builder {
 public:
  /// Nobody listens without a context. What is put in throws `model_error` with model.too_large where it is
  /// more than `most_bytes` together.
  reply_builder(generation* context, std::size_t most_bytes) : context_(context), budget_(most_bytes) {}

  /// For what its reader keeps beside it.
  byte_budget& budget() { return budget_; }

  void text(std::string_view piece);
  /// Why the model will not answer: part of the text.
  void refusal(std::string_view piece);
  /// The model took its answer back: the finish is content_filter, and no call of it is to be run.
  void refuse() { is_refused_ = true; }
  void reasoning(std::string_view piece);
  /// Begins a call; its place is the returned number, counted from 0. An empty id is replaced by `call_<n>`.
  std::size_t begin_call(std::string_view id, std::string_view name);
  void name_call(std::size_t call, std::string_view name);
  void arguments(std::size_t call, std::string_view piece);

  void finish(finish_reason reason) { finish_ = reason; }
  void model(std::string_view name);
  void used(const usage& used) { used_ = used; }

  bool has_finish() const { return finish_.has_value(); }
  const tool_call& call(std::size_t index) const { return calls_[index]; }
  const std::string& text_so_far() const { return text_; }

  /// The reply, in valid UTF-8; arguments that are not are made such as no parser takes. One that stops in
  /// order to call is `tool_calls` whatever it said. To be called once.
  chat_reply take(std::string provider_data = {});

 private:
  generation* context_;
  byte_budget budget_;
  std::string text_;
  std::vector<tool_call> calls_;
  std::string model_;
  bool is_refused_ = false;
  std::optional<finish_reason> finish_;
  std::optional<usage> used_;
};

}  // namespace stook::models
