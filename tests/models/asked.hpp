#pragma once

#include <optional>
#include <string>
#include <vector>

#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>
#include "scripted_server.hpp"
#include "spoken.hpp"

// One question to a model, and what became of it.

struct asked {
  std::string line;
  stook::chat_reply reply{};
  overheard heard{};
  std::optional<stook::model_error> error{};
};

inline asked outcome_of(stook::chat_model& model, const std::vector<stook::message>& messages) {
  asked a;
  try {
    a.reply = model.generate({.messages = messages}, a.heard);
    a.line = line_of(a.reply);
  } catch (const stook::model_error& e) {
    a.error = e;
    a.line = e.code() + (e.what_failed().retryable ? " again" : "");
  }
  return a;
}

inline asked outcome_of(stook::chat_model& model) { return outcome_of(model, {stook::message::user("hi")}); }
