#include "models/http_model.hpp"

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stook/models/anthropic.hpp>
#include <stook/models/openai.hpp>
#include "asked.hpp"

using namespace std::chrono_literals;

namespace {

const std::string chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
// A head without a length: the body goes on until the server closes, which this one does not.
const std::string open_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string as_chunk(const std::string& bytes) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

// Asks three times on one io_context a server that answers so; how often it was connected to.
int connections_of_three(const std::string& answer) {
  namespace asio = boost::asio;
  const scripted_server server({answer, answer, answer}, scripted_server::then::serve);
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  asio::io_context io;
  stook::generation nobody;
  const std::vector<stook::message> messages{stook::message::user("hi")};
  const stook::chat_request request{.messages = messages};
  int good = 0;
  const auto one_after_another = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const stook::chat_reply reply = co_await model->async_generate(request, nobody);
      good += reply.answer.text() == "a";
    }
  };
  asio::co_spawn(io, one_after_another, asio::detached);
  io.run();
  CHECK(good == 3);
  return server.connections();
}

}  // namespace

TEST_CASE("a server that accepts and never answers is given up, and may be asked again") {
  const scripted_server server({""}, scripted_server::then::hold);
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .first_byte_timeout = 50ms}});
  CHECK(outcome_of(*model).line == "model.timeout again");
}

TEST_CASE("a stream that stops in the middle is given up") {
  const scripted_server server({open_head + as_chunk(chunk)}, scripted_server::then::hold);
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address(), .idle_timeout = 50ms}});
  const asked a = outcome_of(*model);
  CHECK(a.line == "model.timeout again");
  CHECK(a.heard.text == "a");
}

TEST_CASE("comments show that a server lives, and count as pieces") {
  fake::server server([](fake::peer& p, int) {
    p.hear();
    p.say(open_head);
    for (int i = 0; i < 8; ++i) {
      std::this_thread::sleep_for(100ms);
      p.say(as_chunk(": still at it\n\n"));
    }
    p.say(as_chunk(chunk + "data: [DONE]\n\n") + "0\r\n\r\n");
  });
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.base() + "/v1", .idle_timeout = 500ms}});
  CHECK(outcome_of(*model).line == "a / stop");
}

TEST_CASE("when the time for all of it is over, trying again would be over as well") {
  const scripted_server server({open_head + as_chunk(chunk)}, scripted_server::then::hold);
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address(), .total_timeout = 50ms}});
  CHECK(outcome_of(*model).line == "model.timeout");
}

TEST_CASE("an answer that is whole is given at once, though its server holds the connection") {
  const scripted_server server({open_head + as_chunk(chunk + "data: [DONE]\n\n")},
                               scripted_server::then::hold);
  CHECK(outcome_of(*stook::openai("m", {.endpoint = {.base_url = server.address()}})).line == "a / stop");
}

TEST_CASE("a stream that was read to its end leaves its connection to the next request") {
  const std::string answer = open_head + as_chunk(chunk + "data: [DONE]\n\n") + "0\r\n\r\n";
  CHECK(connections_of_three(answer) == 1);
}

TEST_CASE("a server that says more behind the end of its stream loses its connection") {
  const std::string more = chunk + "data: [DONE]\n\n" + chunk;
  CHECK(connections_of_three(open_head + as_chunk(more) + "0\r\n\r\n") == 3);
  const std::string apart = as_chunk(chunk + "data: [DONE]\n\n") + as_chunk(chunk);
  CHECK(connections_of_three(open_head + apart + "0\r\n\r\n") == 3);
}

TEST_CASE("one event without an end is too large, not a full memory") {
  const scripted_server server({open_head + as_chunk("data: " + std::string(200'000, 'x'))});
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .max_reply_bytes = 100'000}});
  CHECK(outcome_of(*model).line == "model.too_large");
}

TEST_CASE("a stream may be far longer than the answer in it") {
  constexpr int pieces = 5'000;
  std::string events;
  for (int i = 0; i < pieces; ++i) events += chunk;
  events += "data: [DONE]\n\n";
  const scripted_server server({open_head + as_chunk(events) + "0\r\n\r\n"});
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .max_reply_bytes = 2 * pieces}});
  CHECK(outcome_of(*model).reply.answer.text().size() == pieces);
}

TEST_CASE("a reply that is no stream is bounded as it is") {
  const scripted_server server({answer_of("200 OK", "application/json", std::string(3'000, ' '))});
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .max_reply_bytes = 2'000}});
  CHECK(outcome_of(*model).line == "model.too_large");
}

TEST_CASE("a connection that breaks behind the model's last word has cost nothing") {
  const std::string last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  const scripted_server server({open_head + as_chunk(chunk + last), open_head + as_chunk(chunk)});
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  CHECK(outcome_of(*model).line == "a / stop");
  CHECK(outcome_of(*model).line == "model.truncated again");
}

TEST_CASE("half an event at the end of a stream is a stream that was cut, or nothing behind the last word") {
  const std::string last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  const std::string half = "data: {\"choices\":[],\"usa";
  const std::string end = "0\r\n\r\n";
  const std::string error = "data: {\"error\":{\"message\":\"m\",\"code\":400}}";
  const scripted_server server({open_head + as_chunk(chunk + last + half) + end,
                                open_head + as_chunk(chunk + half) + end,
                                open_head + as_chunk(chunk + last.substr(0, last.size() - 2)) + end,
                                open_head + as_chunk(chunk + error) + end});
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  CHECK(outcome_of(*model).line == "a / stop");
  CHECK(outcome_of(*model).line == "model.truncated again");
  CHECK(outcome_of(*model).line == "a / stop");  // only its blank line is missing
  CHECK(outcome_of(*model).line == "model.rejected");
}

TEST_CASE("a refusal that breaks off is still a refusal") {
  const scripted_server server({"HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\n{\"err"});
  CHECK(outcome_of(*stook::openai("m", {.endpoint = {.base_url = server.address()}})).line == "model.auth");
}

TEST_CASE("what is compressed unasked is named, and no gibberish") {
  const std::string gibberish = "\x1f\x8b\x08 gibberish", gzip = "Content-Encoding: gzip\r\n";
  const scripted_server server({answer_of("200 OK", "application/json", gibberish, gzip),
                                answer_of("429 Slow down", "application/json", gibberish, gzip)});
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  const asked answer = outcome_of(*model), refusal = outcome_of(*model);
  CHECK(answer.line == "model.protocol again");
  CHECK(std::string(answer.error->what()).find("Content-Encoding: gzip") != std::string::npos);
  CHECK(refusal.line == "model.overload again");
  CHECK(std::string(refusal.error->what()).find("gibberish") == std::string::npos);
}

TEST_CASE("a bound that is no bound is none") {
  const scripted_server server({answer_of("200 OK", "text/event-stream", chunk + "data: [DONE]\n\n")});
  const auto model =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .max_reply_bytes = std::size_t(-1)}});
  CHECK(outcome_of(*model).heard.text == "a");
}

TEST_CASE("a secret in a header of one's own is not shown either") {
  const scripted_server server({answer_of(
      "401 Unauthorized", "text/plain", "no access for GATE-1234, AZ-91234 and Bearer TOK-5678, said eu-1")});
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address(),
                                                      .headers = {{"X-Gateway-Key", "GATE-1234"},
                                                                  {"api-key", "AZ-91234"},
                                                                  {"Authorization", "Bearer TOK-5678"},
                                                                  {"X-Region", "eu-1"}}}});
  const asked a = outcome_of(*model);
  REQUIRE(a.error);
  const std::string text = a.error->what();
  CHECK(text.find("GATE-1234") == std::string::npos);
  CHECK(text.find("AZ-91234") == std::string::npos);
  CHECK(text.find("TOK-5678") == std::string::npos);
  CHECK(text.find("eu-1") != std::string::npos);
}

TEST_CASE("headers of one's own are sent, and go before those of the protocol") {
  const std::string answer = answer_of(
      "200 OK", "application/json", R"({"content":[{"type":"text","text":"hi"}]})", "request-id: req_7\r\n");
  const scripted_server server({answer});
  const auto model = stook::anthropic("m", {.endpoint = {.base_url = server.address(),
                                                         .headers = {{"authorization", "Bearer TOK-5678"},
                                                                     {"anthropic-beta", "new-2026-01-01"},
                                                                     {"Anthropic-Version", "2030-01-01"}}}});
  const asked a = outcome_of(*model);
  CHECK(a.line == "hi / stop");
  CHECK(a.reply.request_id == "req_7");
  const std::string request = server.requests().at(0);
  CHECK(request.find("\r\nauthorization: Bearer TOK-5678\r\n") != std::string::npos);
  CHECK(request.find("\r\nanthropic-beta: new-2026-01-01\r\n") != std::string::npos);
  CHECK(request.find("\r\nAnthropic-Version: 2030-01-01\r\n") != std::string::npos);
  CHECK(request.find("2023-06-01") == std::string::npos);
  CHECK(request.find("x-api-key") == std::string::npos);
}

TEST_CASE("a host that is not allowed is not asked") {
  const scripted_server server({});
  const auto elsewhere =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .allowed_hosts = {"api.example.com"}}});
  CHECK(outcome_of(*elsewhere).line == "model.blocked");
  const auto outside =
      stook::openai("m", {.endpoint = {.base_url = server.address(), .allow_private = false}});
  CHECK(outcome_of(*outside).line == "model.blocked");
}

TEST_CASE("a call that is cancelled ends, and is no error of the model") {
  namespace asio = boost::asio;
  const scripted_server server({open_head + as_chunk(chunk)}, scripted_server::then::hold);
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  asio::io_context io;
  asio::cancellation_signal cancel;
  struct cancelling final : stook::generation {
    explicit cancelling(asio::io_context& run_on, asio::cancellation_signal& to_emit)
        : io(run_on), signal(to_emit) {}
    void text_delta(std::string_view) override {
      asio::post(io, [this] { signal.emit(asio::cancellation_type::terminal); });
    }
    asio::io_context& io;
    asio::cancellation_signal& signal;
  } context(io, cancel);
  const std::vector<stook::message> messages{stook::message::user("hi")};
  const stook::chat_request request{.messages = messages};
  std::exception_ptr failed;
  asio::co_spawn(io, model->async_generate(request, context),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [&](std::exception_ptr e, stook::chat_reply) { failed = e; }));
  io.run();
  REQUIRE(failed);
  CHECK_THROWS_AS(std::rethrow_exception(failed), boost::system::system_error);
}

TEST_CASE("many calls of one model run at once") {
  namespace asio = boost::asio;
  const std::string answer =
      answer_of("200 OK", "application/json", R"({"choices":[{"message":{"content":"hi"}}]})");
  constexpr int calls = 50;
  const scripted_server server(std::vector<std::string>(calls, answer));
  const auto model = stook::openai("m", {.endpoint = {.base_url = server.address()}});
  asio::io_context io;
  stook::generation nobody;
  const std::vector<stook::message> messages{stook::message::user("hi")};
  const stook::chat_request request{.messages = messages};
  int good = 0;
  for (int i = 0; i < calls; ++i) {
    asio::co_spawn(
        io, model->async_generate(request, nobody),
        [&](std::exception_ptr e, const stook::chat_reply& r) { good += !e && r.answer.text() == "hi"; });
  }
  io.run();
  CHECK(good == calls);
}

TEST_CASE("an address of one's own gets no key of the environment") {
  const std::string name = "STOOK_TEST_KEY";
  setenv(name.c_str(), "sk-environment", 1);
  CHECK(stook::models::resolved({}, "https://api.example.com/v1", name).api_key.reveal() == "sk-environment");
  CHECK(stook::models::resolved({.base_url = "http://127.0.0.1"}, "https://api.example.com/v1", name)
            .api_key.empty());
  CHECK(stook::models::resolved({.api_key = stook::secret("mine")}, "https://api.example.com/v1", name)
            .api_key.reveal() == "mine");
  unsetenv(name.c_str());
}
