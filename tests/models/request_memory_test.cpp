#include "models/request_memory.hpp"

#include <thread>

#include <doctest/doctest.h>
#include "models/anthropic_dialect.hpp"
#include "models/openai_dialect.hpp"
#include "models/responses_dialect.hpp"

using stook::message;
using stook::models::request_memory;

namespace {

const stook::models::openai_dialect chat("m", {});
const stook::models::anthropic_dialect messages_api("m", {});
const stook::models::responses_dialect responses("m", {});

std::vector<message> conversation(int steps) {
  std::vector<message> all{message::system("s"), message::user("u")};
  for (int i = 0; i < steps; ++i) {
    const std::string id = "c" + std::to_string(i);
    all.push_back(message::assistant("step", {{id, "f", "{}"}}));
    all.push_back(message::tool(id, "f", "result"));
  }
  return all;
}

void same_as_anew(request_memory& memory, const stook::models::dialect& to,
                  const stook::chat_request& request) {
  const auto written = memory.write(request);
  CHECK(written.body() == write_request(to, request));
}

}  // namespace

TEST_CASE("a request that grows is the same text as one that is written anew, in each dialect") {
  const auto all = conversation(20);
  for (const stook::models::dialect* to :
       std::initializer_list<const stook::models::dialect*>{&chat, &messages_api, &responses}) {
    request_memory memory(*to);
    for (std::size_t n = 1; n <= all.size(); ++n) {
      same_as_anew(memory, *to, {.messages = std::span(all).first(n)});
    }
    for (std::size_t n = all.size(); n > 0; --n)
      same_as_anew(memory, *to, {.messages = std::span(all).first(n)});
  }
}

TEST_CASE("what differs but in its messages is another request") {
  const auto all = conversation(2);
  const std::vector<stook::tool> tools{stook::tool("ping", "Pings.", [] { return 1; })};
  const stook::answer_schema schema{"a", R"({"type":"object"})"}, other{"b", R"({"type":"object"})"};
  request_memory memory(chat);
  for (int round = 0; round < 2; ++round) {
    same_as_anew(memory, chat, {.messages = all});
    same_as_anew(memory, chat, {.messages = all, .tools = tools});
    same_as_anew(memory, chat, {.messages = all, .tools = tools, .choice = stook::tool_choice::none});
    same_as_anew(memory, chat, {.messages = all, .tools = tools, .choice = stook::tool_choice::required});
    same_as_anew(
        memory, chat,
        {.messages = all, .tools = tools, .choice = stook::tool_choice::required, .must_call = "ping"});
    same_as_anew(memory, chat, {.messages = all, .schema = &schema});
    same_as_anew(memory, chat, {.messages = all, .schema = &other});
    same_as_anew(memory, chat, {.messages = all, .temperature = 0.5});
    same_as_anew(memory, chat, {.messages = all, .max_output_tokens = 5});
  }
}

TEST_CASE("a conversation that was rewritten is written anew") {
  auto all = conversation(3);
  request_memory memory(chat);
  same_as_anew(memory, chat, {.messages = all});
  all[1] = message::user("another question");
  same_as_anew(memory, chat, {.messages = all});
  all.insert(all.begin(), message::system("first"));
  same_as_anew(memory, chat, {.messages = all});
  same_as_anew(memory, chat, {});
}

TEST_CASE("a memory without room writes as well") {
  const auto all = conversation(5);
  request_memory none(chat, 0), little(chat, 1000);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    same_as_anew(none, chat, {.messages = std::span(all).first(n)});
    same_as_anew(little, chat, {.messages = std::span(all).first(n)});
  }
}

TEST_CASE("one memory serves many threads") {
  request_memory memory(chat, 20'000);
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const auto mine = conversation(30);
      for (std::size_t n = 2; n <= mine.size(); ++n) {
        const stook::chat_request request{.messages = std::span(mine).first(n)};
        const auto written = memory.write(request);
        const auto twice = memory.write(request);
        if (written.body() != write_request(chat, request) || twice.body() != written.body()) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("a tool is not kept alive by the requests that named it") {
  auto used = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = used;
  request_memory memory(chat);
  const auto all = conversation(1);
  {
    const std::vector<stook::tool> tools{
        stook::tool("ping", "Pings.", [used = std::move(used)] { return *used; })};
    same_as_anew(memory, chat, {.messages = all, .tools = tools});
    same_as_anew(memory, chat, {.messages = all, .tools = tools});
  }
  CHECK(watched.expired());
}
