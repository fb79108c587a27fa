#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace conformance {

/// How the same script travels: as one JSON body, as server-sent events, and as events of which each byte is
/// sent on its own.
enum class transport { whole, stream, split };
std::string_view to_string(transport t);

/// A call as a model wrote it; a member may be of the wrong type, or missing.
struct said_call {
  std::optional<boost::json::value> id, name, args;
};

/// A reply of the model, before a transport gives it a form. Text is bytes: it need not be UTF-8.
struct completion {
  boost::json::value content;
  std::vector<said_call> calls{};
  boost::json::value finish;
  std::optional<boost::json::value> refusal{};
  std::optional<boost::json::value> usage{};  ///< none: a small one
};

completion call_of(std::string id, std::string name, std::string args);

/// The body of a reply, with the places in it at which a script may cut: content, call, args, finish, usage,
/// done.
struct reply_body {
  std::string bytes;
  std::string type;
  std::map<std::string, std::size_t> places{};
};

/// As OpenAI's Chat Completions spells it: https://platform.openai.com/docs/api-reference/chat.
reply_body whole_body(const completion& c);
reply_body stream_body(const completion& c);

/// A stream that is odd in the named way. Throws std::runtime_error for a name that is none.
reply_body odd_stream(std::string_view variant, transport way);
/// A text of so many pieces of one byte.
reply_body tiny_stream(std::size_t pieces);
/// Lines as a script lists them, in which {delta}, {call}, {finish} and {done} stand for the data of events.
reply_body listed_stream(const std::vector<std::string>& lines);

}  // namespace conformance
