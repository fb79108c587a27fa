#include <stook/models/openai.hpp>

#include <cstdlib>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>
#include "asked.hpp"

// A namespace of its own: the tests of the other providers have helpers of the same names.
namespace openai_test {
namespace {

const std::string key = "sk-marked-0123456789";

std::shared_ptr<stook::chat_model> at(const scripted_server& server, bool stream) {
  return stook::openai(
      "m", {.endpoint = {.base_url = server.address(), .api_key = stook::secret(key), .stream = stream}});
}

asked answered(const std::string& answer, bool stream = true) {
  const scripted_server server({answer});
  return outcome_of(*at(server, stream));
}

const std::string whole =
    R"({"model":"m","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}})";
const std::string streamed =
    "data: {\"choices\":[{\"delta\":{\"content\":\"h\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"i\"},\"finish_reason\":\"stop\"}]}\r\n\r\n"
    ": ping\n\ndata: [DONE]\n\n";

}  // namespace

TEST_CASE("the answer's own type says whether it is a stream, whatever was asked for") {
  for (const bool stream : {true, false}) {
    CAPTURE(stream);
    const auto one = answered(answer_of("200 OK", "application/json", whole), stream);
    CHECK(one.line == "hi / stop");
    CHECK(one.heard.text == "hi");
    CHECK(one.reply.used.total_tokens() == 4);
    const auto pieces = answered(answer_of("200 OK", "Text/Event-Stream; charset=utf-8", streamed), stream);
    CHECK(pieces.line == "hi / stop");
    CHECK(pieces.heard.text == "hi");
    CHECK(pieces.reply.usage_is_estimate);
    CHECK(pieces.reply.used.input_tokens > 0);
  }
}

TEST_CASE("the request is what the protocol says, and the key is in its header") {
  const scripted_server server({answer_of("200 OK", "application/json", whole)});
  outcome_of(*at(server, true));
  const std::string request = server.requests().at(0);
  CHECK(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"));
  CHECK(request.find("Authorization: Bearer " + key + "\r\n") != std::string::npos);
  CHECK(request.ends_with(R"("messages":[{"role":"user","content":"hi"}]})"));
}

TEST_CASE("a request says what it is and what it takes, and takes no compression") {
  for (const bool stream : {true, false}) {
    CAPTURE(stream);
    const scripted_server server({answer_of("200 OK", "application/json", whole)});
    outcome_of(*at(server, stream));
    const std::string request = server.requests().at(0);
    CHECK(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(request.find(stream ? "\r\nAccept: text/event-stream, application/json\r\n"
                              : "\r\nAccept: application/json\r\n") != std::string::npos);
    CHECK(request.find("Accept-Encoding") == std::string::npos);
  }
  CHECK(
      answered(answer_of("200 OK", "application/json", "\x1f\x8b\x08", "Content-Encoding: gzip\r\n")).line ==
      "model.protocol again");
}

TEST_CASE("what a server says of an exchange is told on") {
  const auto a = answered(answer_of("200 OK", "application/json", whole,
                                    "X-Request-Id: req-1\r\nx-ratelimit-remaining-requests: 7\r\n"));
  CHECK(a.reply.request_id == "req-1");
  CHECK(a.reply.limits.requests_left == 7);
  CHECK(a.reply.model.empty());
  const auto refused =
      answered(answer_of("404 Not Found", "application/json", "{}", "x-request-id: req-2\r\n"));
  REQUIRE(refused.error);
  CHECK(std::string(refused.error->what()).ends_with("(request req-2)"));
  const auto echoed =
      answered(answer_of("401 No", "application/json", "{}", "x-request-id: " + key + "\r\n"));
  CHECK(std::string(echoed.error->what()).ends_with("(request [api key])"));
}

TEST_CASE("what is no answer is an error that says whether to try again") {
  CHECK(answered(answer_of("200 OK", "text/html", "<html>login</html>")).line == "model.protocol again");
  CHECK(answered(answer_of("200 OK", "application/json", "")).line == "model.protocol again");
  CHECK(answered(answer_of("200 OK", "application/json", R"({"choices":[]})")).line ==
        "model.protocol again");
  CHECK(answered(answer_of("200 OK", "text/event-stream",
                           "data: {\"choices\":[{\"delta\":{\"content\":\"h\"}}]}\n\n"))
            .line == "model.truncated again");
  CHECK(answered(answer_of("404 Not Found", "application/json", R"({"error":{"message":"no such model"}})"))
            .line == "model.rejected");
  const auto busy = answered(answer_of("429 Too Many", "application/json", "{}", "Retry-After: 2\r\n"));
  CHECK(busy.line == "model.overload again");
  CHECK(busy.error->http_status() == 429);
  CHECK(busy.error->retry_after() == std::chrono::seconds(2));
  CHECK(answered("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{").line == "model.truncated again");
}

TEST_CASE("nobody there is an error of the connection") {
  std::string address;
  {
    const scripted_server gone({});
    address = gone.address();
  }
  CHECK(outcome_of(*stook::openai("m", {.endpoint = {.base_url = address}})).line == "model.connect again");
}

TEST_CASE("an answer that is too large is an error that stays") {
  const scripted_server server({answer_of("200 OK", "application/json", std::string(100'000, ' '))});
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .max_reply_bytes = 1000}});
  CHECK(outcome_of(*model).line == "model.too_large");
}

TEST_CASE("a key that a server sends back is in no error and in no answer") {
  const auto refused =
      answered(answer_of("401 No", "application/json", R"({"error":{"message":"wrong key )" + key + "\"}}"));
  CHECK(refused.line == "model.auth");
  CHECK(std::string(refused.error->what()).find(key) == std::string::npos);
  const auto cut = answered(answer_of("500 No", "text/plain", std::string(505, 'x') + key));
  CHECK(std::string(cut.error->what()).find("sk-mar") == std::string::npos);
  const std::string says = R"({"choices":[{"message":{"content":")" + key + R"("}}]})";
  CHECK(answered(answer_of("200 OK", "application/json", says)).line.find(key) == std::string::npos);
  const auto in_stream =
      answered(answer_of("200 OK", "text/event-stream", "data: {\"error\":\"" + key + "\"}\n\n"));
  CHECK(in_stream.line == "model.overload again");
  CHECK(std::string(in_stream.error->what()).find(key) == std::string::npos);
}

TEST_CASE("a model is named by its profile, and costs what its user says") {
  stook::price_table prices;
  prices.set("m", {.input = 1'000'000});
  const scripted_server server({answer_of("200 OK", "application/json", whole)});
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address(),
                                                      .prices = std::make_shared<stook::price_table>(prices)},
                                         .profile = stook::openai_profile::vllm()});
  CHECK(model->name() == "vllm:m");
  CHECK(outcome_of(*model).reply.used.cost_usd == doctest::Approx(3));
}

TEST_CASE("a model that cannot be asked is not made") {
  const auto code = [](auto make) -> std::string {
    try {
      make();
    } catch (const stook::error& e) {
      CHECK(std::string(e.what()).find("secret") == std::string::npos);
      return e.code();
    }
    return "";
  };
  unsetenv("OPENAI_API_KEY");
  CHECK(code([] { stook::openai("m"); }) == "no_api_key");
  CHECK(code([] { stook::openai("m", {.profile = stook::openai_profile::gateway()}); }) ==
        "bad_model_options");
  CHECK(code([] { stook::openai("m", {.endpoint = {.base_url = "ftp://x"}}); }) == "bad_url");
  CHECK(code([] { stook::openai("", {.profile = stook::openai_profile::ollama()}); }) == "bad_model_options");
  CHECK(code([] {
          stook::openai(
              "m", {.endpoint = {.base_url = "http://127.0.0.1", .api_key = stook::secret("a\r\nsecret")}});
        }) == "bad_model_options");
  CHECK(code([] {
          stook::openai("m",
                        {.endpoint = {.base_url = "http://127.0.0.1", .headers = {{"A", "b\r\nsecret: 1"}}}});
        }) == "bad_model_options");
  CHECK(code([] {
          stook::openai("m", {.endpoint = {.base_url = "http://127.0.0.1", .max_output_tokens = 0}});
        }) == "bad_model_options");
  for (const char* extra :
       {"[]", "7", "{", R"({"a":1,"a":2})", R"({"messages":[]})", R"({"mode\u006c":"x"})"}) {
    CAPTURE(extra);
    CHECK(code([&] {
            stook::openai("m", {.endpoint = {.base_url = "http://127.0.0.1", .extra_body = extra}});
          }) == "bad_model_options");
  }
  // what one protocol writes itself another does not know
  CHECK(code([] {
          stook::openai("m", {.endpoint = {.base_url = "http://127.0.0.1",
                                           .extra_body = R"({"thinking":{"type":"disabled"},"seed":7})"}});
        }) == "");
  CHECK(stook::openai("m", {.profile = stook::openai_profile::ollama()})->name() == "ollama:m");
  CHECK(stook::openai("m", {.profile = stook::openai_profile::llama_cpp()})->name() == "llama_cpp:m");
}

}  // namespace openai_test
