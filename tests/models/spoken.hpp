#pragma once

#include <string>
#include <vector>

#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>
#include "models/dialect.hpp"

// What a dialect makes of a reply, and what it tells on the way.

struct overheard final : stook::generation {
  std::string text, reasoning, calls;

  void text_delta(std::string_view piece) override { text += piece; }
  void reasoning_delta(std::string_view piece) override { reasoning += piece; }
  void call_delta(std::size_t index, std::string_view tool, std::string_view piece) override {
    calls += std::to_string(index) + ':' + std::string(tool) + ':' + std::string(piece) + ' ';
  }
};

/// The reply in one line: text, each call, finish.
inline std::string line_of(const stook::chat_reply& reply) {
  std::string line = reply.answer.text();
  for (const stook::tool_call& call : reply.answer.calls()) {
    line += " [" + call.id + ' ' + call.name + ' ' + call.arguments + ']';
  }
  return line + " / " + std::string(stook::to_string(reply.finish));
}

/// The same of a stream of events, or the code of the error.
inline std::string line_of_stream(const stook::models::dialect& from, const std::vector<std::string>& events,
                                  stook::generation& context) {
  try {
    const auto reader = from.read_stream(context);
    for (const std::string& data : events) {
      if (reader->read("", data)) break;
    }
    return line_of(reader->finish());
  } catch (const stook::model_error& e) {
    return e.code() + (e.what_failed().retryable ? " again" : "");
  }
}

inline std::string line_of_whole(const stook::models::dialect& from, std::string_view body) {
  try {
    return line_of(from.read_whole(body));
  } catch (const stook::model_error& e) {
    return e.code() + (e.what_failed().retryable ? " again" : "");
  }
}
