#include <stook/models/anthropic.hpp>

#include <cstdlib>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>
#include "asked.hpp"
#include "support/provider_replies.hpp"

// A namespace of its own: the tests of the other providers have helpers of the same names.
namespace anthropic_test {
namespace {

std::shared_ptr<stook::chat_model> at(const scripted_server& server, bool stream) {
  return stook::anthropic("m", {.endpoint = {.base_url = server.address() + "/",
                                             .api_key = stook::secret("sk-ant-marked-01234567"),
                                             .stream = stream}});
}

const std::string blocks =
    R"([{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"tool_use","id":"t1","name":"f","input":{"x":1}}])";
const fake::provider_reply calling = fake::anthropic_message(blocks, "tool_use");

}  // namespace

TEST_CASE("thinking that came, whole or streamed, goes back with the result of the call") {
  for (const bool stream : {true, false}) {
    CAPTURE(stream);
    const std::string first = stream ? answer_of("200 OK", "text/event-stream", calling.streamed)
                                     : answer_of("200 OK", "application/json", calling.whole);
    const std::string last =
        answer_of("200 OK", "application/json", R"({"content":[{"type":"text","text":"done"}]})");
    const scripted_server server({first, last});
    const auto model = at(server, stream);
    const auto call = outcome_of(*model);
    CHECK(call.line == R"( [t1 f {"x":1}] / tool_calls)");
    CHECK(call.reply.used.total_tokens() == 19);
    const auto end = outcome_of(
        *model, {stook::message::user("hi"), call.reply.answer, stook::message::tool("t1", "f", "2")});
    CHECK(end.line == "done / stop");
    const std::string request = server.requests().at(1);
    CHECK(request.starts_with("POST /v1/messages HTTP/1.1\r\n"));
    CHECK(request.find("x-api-key: sk-ant-marked-01234567\r\n") != std::string::npos);
    CHECK(request.find("anthropic-version: 2023-06-01\r\n") != std::string::npos);
    CHECK(request.find(R"({"role":"assistant","content":)" + blocks + "}") != std::string::npos);
  }
}

TEST_CASE("an overloaded server, before the answer or in it, may be asked again") {
  for (const std::string& answer :
       {answer_of("529 Overloaded", "application/json",
                  R"({"type":"error","error":{"type":"overloaded_error"}})"),
        answer_of(
            "200 OK", "text/event-stream",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n")}) {
    const scripted_server server({answer});
    CHECK(outcome_of(*at(server, true)).line == "model.overload again");
  }
}

TEST_CASE("a model that cannot be asked is not made") {
  unsetenv("ANTHROPIC_API_KEY");
  CHECK_THROWS_AS(stook::anthropic("m"), stook::error);
  CHECK_THROWS_AS(stook::anthropic("m", {.endpoint = {.base_url = "http://127.0.0.1"}, .thinking_budget = 5}),
                  stook::error);
  CHECK_THROWS_AS(stook::anthropic("m", {.endpoint = {.base_url = "http://127.0.0.1"},
                                         .thinking_budget = 2048,
                                         .adaptive_thinking = true}),
                  stook::error);
  CHECK(stook::anthropic("m", {.endpoint = {.base_url = "http://127.0.0.1"}})->name() == "anthropic:m");
}

}  // namespace anthropic_test
