#include "http/sse.hpp"
#include "models/anthropic_dialect.hpp"
#include "models/openai_dialect.hpp"
#include "models/responses_dialect.hpp"

#include <memory>

#include <doctest/doctest.h>
#include "spoken.hpp"

// Streams as servers send them, cut into two pieces at every byte, and into pieces of one byte.

namespace {

using stook::models::dialect;

struct recorded {
  const char* name;
  std::shared_ptr<const dialect> from;
  std::string stream;
  std::string line;
};

// A call in pieces that are cut inside escapes, with what llama.cpp and OpenAI add to chunks.
const std::string openai_stream =
    "\xEF\xBB\xBF: hello\n\n"
    "data: "
    "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
    "\"assistant\",\"content\":null},\"finish_reason\":null}],\"obfuscation\":\"x\"}\r\n\r\n"
    "data: "
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"gr\xC3\xBC\xC3\x9F\"}}],\"timings\":{\"n\":1}}\r\r"
    "data: "
    "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
    "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\\\"\\\\\"}}]}}]}\n\n"
    "data: {\"choices\":[{\"index\":0,\n"
    "data: \"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"u00e9\\\"}\"}}]}}]}\n\n"
    "data:\n\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n"
    "data: [DONE]\n\n";

const std::string anthropic_stream =
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":"
    "1}}}\n\n"
    "event: content_block_start\ndata: "
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
    "\"gr\xC3\xBC\xC3\x9F\"}}\n\n"
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: content_block_start\ndata: "
    "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\","
    "\"name\":\"f\",\"input\":{}}}\n\n"
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
    "\"{\\\"x\\\":\\\"\\\\u00\"}}\n\n"
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
    "\"e9\\\"}\"}}\n\n"
    "event: message_delta\ndata: "
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":3}}"
    "\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

const std::string responses_stream =
    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n"
    "event: response.output_text.delta\ndata: "
    "{\"type\":\"response.output_text.delta\",\"delta\":\"gr\xC3\xBC\xC3\x9F\"}\n\n"
    "event: response.completed\ndata: "
    "{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":["
    "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"gr\xC3\xBC\xC3\x9F\"}]},"
    "{\"type\":\"function_call\",\"call_id\":\"a\",\"name\":\"f\",\"arguments\":\"{\\\"x\\\":"
    "\\\"\\\\u00e9\\\"}\"}]}}\n\n";

const std::string expected = "grüß [a f {\"x\":\"\\u00e9\"}] / tool_calls";

std::vector<recorded> all() {
  return {{"openai", std::make_shared<stook::models::openai_dialect>("m", stook::openai_options{}),
           openai_stream, expected},
          {"anthropic", std::make_shared<stook::models::anthropic_dialect>("m", stook::anthropic_options{}),
           anthropic_stream, expected},
          {"responses",
           std::make_shared<stook::models::responses_dialect>("m", stook::openai_responses_options{}),
           responses_stream, expected}};
}

std::string line_of_pieces(const dialect& from, const std::vector<std::string_view>& pieces) {
  overheard context;
  try {
    const auto reader = from.read_stream(context);
    stook::http::sse_reader events;
    stook::http::sse_event event;
    bool is_whole = false;
    for (const std::string_view piece : pieces) {
      events.feed(piece);
      while (!is_whole && events.next(event)) is_whole = reader->read(event.type, event.data);
    }
    if (!is_whole && events.finish(event)) reader->read(event.type, event.data);
    CHECK(context.text == "grüß");
    return line_of(reader->finish());
  } catch (const stook::model_error& e) {
    return e.code();
  }
}

}  // namespace

TEST_CASE("where a stream is cut into pieces makes no difference") {
  for (const recorded& r : all()) {
    CAPTURE(r.name);
    const std::string_view stream = r.stream;
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      CAPTURE(cut);
      CHECK(line_of_pieces(*r.from, {stream.substr(0, cut), stream.substr(cut)}) == r.line);
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
    CHECK(line_of_pieces(*r.from, bytes) == r.line);
  }
}

TEST_CASE("where a stream ends early it is an error, and never a shorter answer") {
  for (const recorded& r : all()) {
    CAPTURE(r.name);
    for (std::size_t length = 0; length < r.stream.size(); ++length) {
      CAPTURE(length);
      overheard context;
      stook::http::sse_reader events;
      stook::http::sse_event event;
      std::string outcome;
      try {
        const auto reader = r.from->read_stream(context);
        bool is_whole = false;
        events.feed(std::string_view(r.stream).substr(0, length));
        while (!is_whole && events.next(event)) is_whole = reader->read(event.type, event.data);
        if (!is_whole && events.finish(event)) reader->read(event.type, event.data);
        outcome = line_of(reader->finish());
      } catch (const stook::model_error& e) {
        outcome = e.code();
      }
      const bool is_good = outcome == r.line || outcome == "model.truncated" || outcome == "model.protocol";
      CHECK_MESSAGE(is_good, outcome);
    }
  }
}
