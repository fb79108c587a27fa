#include <stook/models/scripted_model.hpp>

#include <stook/core/error.hpp>

namespace stook {

scripted_model::scripted_model(std::vector<chat_reply> replies, at_end then)
    : replies_(std::move(replies)), then_(then) {}

scripted_model::scripted_model(function compute) : compute_(std::move(compute)) {}

void scripted_model::record(bool on) { recording_ = on; }

std::vector<recorded_request> scripted_model::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

chat_reply scripted_model::generate(const chat_request& request, generation& context) {
  chat_reply reply = next_reply(request);
  if (!reply.answer.text().empty()) context.text_delta(reply.answer.text());
  return reply;
}

void scripted_model::keep(const chat_request& request) {
  recorded_request kept{
      .messages = {request.messages.begin(), request.messages.end()}, .tools = {}, .choice = request.choice};
  for (const tool& t : request.tools) kept.tools.push_back(t.name());
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(kept));
}

chat_reply scripted_model::next_reply(const chat_request& request) {
  if (recording_) keep(request);
  if (compute_) return compute_(request);
  const std::lock_guard lock(mutex_);
  if (next_ < replies_.size()) return replies_[next_++];
  if (!replies_.empty() && then_ == at_end::repeat_last) return replies_.back();
  if (!replies_.empty() && then_ == at_end::cycle) {
    next_ = 1;
    return replies_.front();
  }
  throw error("model.script_over", "the script of this model has no further reply");
}

chat_reply scripted_model::says(std::string text, usage used) {
  return {.answer = message::assistant(std::move(text)), .finish = finish_reason::stop, .used = used};
}

chat_reply scripted_model::calls(std::string tool, std::string arguments, std::string id) {
  std::vector<tool_call> one;
  one.push_back({std::move(id), std::move(tool), std::move(arguments)});
  return calls(std::move(one));
}

chat_reply scripted_model::calls(std::vector<tool_call> calls, usage used) {
  return {
      .answer = message::assistant("", std::move(calls)), .finish = finish_reason::tool_calls, .used = used};
}

}  // namespace stook
