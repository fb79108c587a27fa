#pragma once

#include <string>
#include <string_view>

// Replies of the two providers whose streams are more than pieces of one object, spelled as they spell them.

namespace fake {

/// The same reply as one body, and as events of a stream.
struct provider_reply {
  std::string whole, streamed;
};

/// `blocks` is the JSON text of the message's content. Texts, reasoning and arguments are streamed in pieces.
/// https://platform.claude.com/docs/en/build-with-claude/streaming
provider_reply anthropic_message(std::string_view blocks, std::string_view stop_reason);

/// `items` is the JSON text of the response's output; cut short where the status is "incomplete".
/// https://platform.openai.com/docs/api-reference/responses-streaming
provider_reply openai_response(std::string_view items, std::string_view status = "completed");

}  // namespace fake
