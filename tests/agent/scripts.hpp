#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <stook/agent/agent.hpp>
#include <stook/chat/history.hpp>
#include <stook/models/scripted_model.hpp>

// What the tests of the loop share: short spellings for scripts, and questions about transcripts.

namespace scripts {

using stook::chat_reply;
using stook::message;
using stook::scripted_model;

inline chat_reply says(std::string text) { return scripted_model::says(std::move(text)); }

// One reply that calls several tools: {{"read", "{}"}, {"write", R"({"n":1})"}}.
inline chat_reply calls(std::vector<std::pair<std::string, std::string>> all) {
  std::vector<stook::tool_call> out;
  for (auto& [name, arguments] : all) out.push_back({"", std::move(name), std::move(arguments)});
  return scripted_model::calls(std::move(out));
}
inline chat_reply call(std::string name, std::string arguments = "{}") {
  return scripted_model::calls(std::move(name), std::move(arguments));
}

inline std::shared_ptr<scripted_model> script(std::vector<chat_reply> replies) {
  auto model = std::make_shared<scripted_model>(std::move(replies));
  model->record();
  return model;
}

// The texts of all tool messages, in order.
inline std::vector<std::string> results(const stook::answer& a) {
  std::vector<std::string> out;
  for (const message& m : a.transcript) {
    if (m.from() == stook::role::tool) out.push_back(m.text());
  }
  return out;
}

inline bool mentions(const stook::answer& a, std::string_view text) {
  for (const message& m : a.transcript) {
    if (to_json_text(m).find(text) != std::string::npos) return true;
  }
  return a.text.find(text) != std::string::npos ||
         (a.error && (a.error->message + a.error->hint).find(text) != std::string::npos);
}

// Every call answered once, ids unique, valid UTF-8: what each provider asks of a conversation.
inline std::string flaw(const stook::answer& a) {
  const auto wrong = stook::check_history(a.transcript);
  return wrong ? wrong->message : "";
}

}  // namespace scripts
