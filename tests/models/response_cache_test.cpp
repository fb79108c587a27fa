#include <stook/models/response_cache.hpp>

#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "asking.hpp"

namespace asio = boost::asio;
using namespace asking;
using namespace std::chrono_literals;
using script = stook::scripted_model;

namespace {

// Answers with the number of the request.
struct cache_bench {
  std::shared_ptr<stook::manual_clock> clock = std::make_shared<stook::manual_clock>();
  std::atomic<int> asked = 0;
  std::shared_ptr<script> inner = std::make_shared<script>([this](const chat_request&) {
    return script::says(fmt::format("answer {}", ++asked), {.input_tokens = 5});
  });
  std::shared_ptr<stook::chat_model> cached(stook::response_cache_options o = {}) {
    if (!o.clock) o.clock = clock;
    return stook::with_response_cache(inner, std::move(o));
  }
};

// Answers when it is let go, each in its turn.
class held_model final : public stook::waiting_model {
 public:
  std::string name() const override { return "held"; }
  stook::task<chat_reply> async_generate(const chat_request&, generation&) override {
    const int n = ++asked;
    while (!open) co_await asio::post(asio::use_awaitable);
    if (n <= failures) throw overload();
    co_return script::says(fmt::format("answer {}", n), {.input_tokens = 5});
  }

  std::atomic<int> asked = 0;
  std::atomic<bool> open = false;
  int failures = 0;
};

stook::task<void> ask_and_note(stook::chat_model& model, std::vector<std::string>& answers) {
  caller c;
  const std::vector<message> said{message::user("?")};
  const chat_request request{.messages = said};
  try {
    auto pending = model.async_generate(request, c);
    const chat_reply reply = co_await std::move(pending);
    answers.push_back(fmt::format("{} {}", reply.answer.text(), reply.used.input_tokens));
  } catch (const stook::error& e) {
    answers.push_back(e.code());
  }
}

}  // namespace

TEST_CASE("the same request is answered from memory, at no cost, and another one is not") {
  cache_bench b;
  const auto model = b.cached();
  CHECK(model->is_immediate());
  caller c;
  CHECK(ask(*model, c, "a").used.input_tokens == 5);
  const auto again = ask(*model, c, "a");
  CHECK(again.answer.text() == "answer 1");
  CHECK(again.used == stook::usage{});
  CHECK(c.heard == "answer 1answer 1");
  CHECK(ask(*model, "b") == "answer 2");

  const std::vector<message> said{message::user("a")};
  CHECK(model->generate({.messages = said, .temperature = 0.5}, c).answer.text() == "answer 3");
  CHECK(model->generate({.messages = said, .choice = stook::tool_choice::required}, c).answer.text() ==
        "answer 4");
}

TEST_CASE("another image is another request") {
  cache_bench b;
  const auto model = b.cached();
  caller c;
  const auto shown = [&](std::string_view bytes) {
    const std::vector<message> said{
        message::user("what is this?", {stook::image::of_bytes("image/png", bytes)})};
    return model->generate({.messages = said}, c).answer.text();
  };
  CHECK(shown("one") == "answer 1");
  CHECK(shown("one") == "answer 1");
  CHECK(shown("two") == "answer 2");
}

TEST_CASE("the ids of calls make no difference, and secrets do") {
  cache_bench b;
  const auto model = b.cached();
  caller c;
  const auto with_call = [&](std::string id, std::string text) {
    const std::vector<message> said{message::user("a"), message::assistant("", {{id, "t", "{}"}}),
                                    message::tool(id, "t", text)};
    return model->generate({.messages = said}, c).answer.text();
  };
  CHECK(with_call("x1", "r") == "answer 1");
  CHECK(with_call("y2", "r") == "answer 1");
  CHECK(with_call("x1", "sk-abcdefghijklmnopqrstu") == "answer 2");
  CHECK(with_call("x1", "sk-zyxwvutsrqponmlkjihgf") == "answer 3");
}

TEST_CASE("an answer is forgotten when its time is over") {
  cache_bench b;
  const auto model = b.cached({.time_to_live = 10s});
  CHECK(ask(*model) == "answer 1");
  b.clock->advance(9999ms);
  CHECK(ask(*model) == "answer 1");
  b.clock->advance(1ms);
  CHECK(ask(*model) == "answer 2");
}

TEST_CASE("what was not asked for longest makes room") {
  cache_bench b;
  const auto model = b.cached({.most_entries = 2});
  ask(*model, "a");
  ask(*model, "b");
  CHECK(ask(*model, "a") == "answer 1");
  ask(*model, "c");  // b makes room
  CHECK(ask(*model, "a") == "answer 1");
  CHECK(ask(*model, "b") == "answer 4");

  cache_bench tight;
  const auto small = tight.cached({.most_bytes = 900});  // two entries
  ask(*small, "a");
  ask(*small, "b");
  ask(*small, "c");
  CHECK(ask(*small, "c") == "answer 3");
  CHECK(ask(*small, "a") == "answer 4");
  cache_bench none;
  const auto tiny = none.cached({.most_bytes = 10});
  CHECK(ask(*tiny) == "answer 1");
  CHECK(ask(*tiny) == "answer 2");
}

TEST_CASE("answers that were cut, filtered or empty, and failures, are not remembered") {
  const auto cut = [](stook::finish_reason why) {
    auto reply = script::says("half");
    reply.finish = why;
    return reply;
  };
  const auto inner = std::make_shared<script>(std::vector{
      cut(stook::finish_reason::length), cut(stook::finish_reason::content_filter),
      cut(stook::finish_reason::other), script::says(""), script::calls("t", "{}"), script::says("late")});
  inner->record();
  const auto model = stook::with_response_cache(inner);
  caller c;
  for (int i = 0; i < 5; ++i) ask(*model, c);
  CHECK(ask(*model, c).answer.calls().size() == 1);
  CHECK(inner->requests().size() == 5);

  const auto bad = std::make_shared<actor>(std::vector<act>{{.fails = overload()}, {}});
  const auto also = stook::with_response_cache(bad);
  CHECK(failure_of(*also, c));
  CHECK(ask(*also) == "done");
}

TEST_CASE("requests that are the same share one flight, its answer or its failure") {
  for (const int failures : {0, 1}) {
    const auto inner = std::make_shared<held_model>();
    inner->failures = failures;
    const auto model = stook::with_response_cache(inner, {.single_flight = true});
    CHECK_FALSE(model->is_immediate());
    asio::io_context io;
    std::vector<std::string> answers;
    for (int i = 0; i < 3; ++i) asio::co_spawn(io, ask_and_note(*model, answers), asio::detached);
    for (int i = 0; i < 20; ++i) io.poll_one();
    inner->open = true;
    io.run();
    CHECK(inner->asked == 1);
    REQUIRE(answers.size() == 3);
    CHECK(answers[0] == (failures ? "model.overload" : "answer 1 5"));
    CHECK(answers[1] == (failures ? "model.overload" : "answer 1 0"));
    CHECK(answers[2] == answers[1]);
  }
}

TEST_CASE("when the first of a flight is cancelled another takes its place, and a waiting one just leaves") {
  const auto inner = std::make_shared<held_model>();
  const auto model = stook::with_response_cache(inner, {.single_flight = true});
  asio::io_context io;
  std::vector<std::string> answers;
  std::vector<asio::cancellation_signal> signals(4);
  for (auto& signal : signals) {
    asio::co_spawn(io, ask_and_note(*model, answers),
                   asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  }
  for (int i = 0; i < 20; ++i) io.poll_one();
  CHECK(inner->asked == 1);
  signals[1].emit(asio::cancellation_type::terminal);
  for (int i = 0; i < 20; ++i) io.poll_one();
  signals[0].emit(asio::cancellation_type::terminal);
  for (int i = 0; i < 20; ++i) io.poll_one();
  CHECK(inner->asked == 2);
  inner->open = true;
  io.run();
  CHECK(answers == std::vector<std::string>{"answer 2 5", "answer 2 0"});
}

TEST_CASE("a flight that is destroyed is taken over by the next") {
  const auto inner = std::make_shared<held_model>();
  const auto model = stook::with_response_cache(inner, {.single_flight = true});
  std::vector<std::string> answers;
  {
    asio::io_context io;
    for (int i = 0; i < 2; ++i) asio::co_spawn(io, ask_and_note(*model, answers), asio::detached);
    for (int i = 0; i < 10; ++i) io.poll_one();
  }
  inner->open = true;
  CHECK(ask(*model) == "answer 2");
}

TEST_CASE("threads share flights and memory") {
  const auto inner = std::make_shared<slow_actor>(std::vector<act>{{}});
  const auto model = stook::with_response_cache(inner, {.single_flight = true});
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) answered += ask(*model, std::to_string(i)) == "done";
    });
  }
  for (auto& t : threads) t.join();
  CHECK(answered == 400);
  CHECK(inner->asked == 100);
}

TEST_CASE("options out of range are refused") {
  cache_bench b;
  CHECK_THROWS_AS(stook::with_response_cache(nullptr), stook::error);
  CHECK_THROWS_AS(b.cached({.most_entries = 0}), stook::error);
  CHECK_THROWS_AS(b.cached({.time_to_live = 0ms}), stook::error);
}
