#include <stook/models/openai_responses.hpp>

#include <cstdlib>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>
#include "asked.hpp"
#include "support/provider_replies.hpp"

// A namespace of its own: the tests of the other providers have helpers of the same names.
namespace openai_responses_test {
namespace {

std::shared_ptr<stook::chat_model> at(const scripted_server& server, bool stream) {
  return stook::openai_responses("m", {.endpoint = {.base_url = server.address(), .stream = stream}});
}

const std::string items =
    R"([{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}])";
const fake::provider_reply calling = fake::openai_response(items);

}  // namespace

TEST_CASE("reasoning that came, whole or streamed, goes back with the result of the call") {
  for (const bool stream : {true, false}) {
    CAPTURE(stream);
    const std::string first = stream ? answer_of("200 OK", "text/event-stream", calling.streamed)
                                     : answer_of("200 OK", "application/json", calling.whole);
    const std::string last =
        answer_of("200 OK", "application/json",
                  R"({"output":[{"type":"message","content":[{"type":"output_text","text":"done"}]}]})");
    const scripted_server server({first, last});
    const auto model = at(server, stream);
    const auto call = outcome_of(*model);
    CHECK(call.line == " [c1 f {}] / tool_calls");
    const auto end = outcome_of(
        *model, {stook::message::user("hi"), call.reply.answer, stook::message::tool("c1", "f", "2")});
    CHECK(end.line == "done / stop");
    const std::string request = server.requests().at(1);
    CHECK(request.starts_with("POST /v1/responses HTTP/1.1\r\n"));
    CHECK(request.find("Authorization") == std::string::npos);
    CHECK(request.find(items.substr(1, items.size() - 2)) != std::string::npos);
  }
}

TEST_CASE("an event without a type of its own takes that of the stream") {
  const scripted_server server(
      {answer_of("200 OK", "text/event-stream",
                 "event: response.completed\ndata: {\"response\":" + calling.whole + "}\n\n")});
  CHECK(outcome_of(*at(server, true)).line == " [c1 f {}] / tool_calls");
}

TEST_CASE("a model that cannot be asked is not made") {
  unsetenv("OPENAI_API_KEY");
  CHECK_THROWS_AS(stook::openai_responses("m"), stook::error);
}

}  // namespace openai_responses_test
