#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>
#include <stook/chat/model_error.hpp>
#include <stook/core/json.hpp>

#include STOOK_FUZZ_HEADER

#include "pieces.hpp"

namespace fuzz {

inline const stook::models::STOOK_FUZZ_DIALECT& the_dialect() {
  static const stook::models::STOOK_FUZZ_DIALECT one("m", {});
  return one;
}

/// What was read goes back to the server in the next request: that must be JSON, whatever the server sent.
inline void require_sendable(const stook::chat_reply& reply) {
  std::vector<stook::message> messages{stook::message::user("go on"), reply.answer};
  for (const stook::tool_call& call : reply.answer.calls())
    messages.push_back(stook::message::tool(call.id, call.name, "done"));
  if (reply.answer.calls().empty()) messages.push_back(stook::message::user("and?"));
  const std::string request = stook::models::write_request(the_dialect(), {.messages = messages});
  require(stook::is_json_object(request));
}

inline void require_known(const stook::model_error& e) { require(e.code().starts_with("model.")); }

}  // namespace fuzz
