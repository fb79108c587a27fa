#include <stook/models/scripted_model.hpp>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>

using stook::scripted_model;

namespace {
std::string ask(scripted_model& m, std::string text = "?") {
  struct : stook::generation {
  } context;
  const std::vector<stook::message> said{stook::message::user(std::move(text))};
  return m.generate({.messages = said}, context).answer.text();
}
std::vector<stook::chat_reply> two() {
  std::vector<stook::chat_reply> all;
  all.push_back(scripted_model::says("one"));
  all.push_back(scripted_model::says("two"));
  return all;
}
}  // namespace

TEST_CASE("a script is followed in order, and its end is a failure unless it says otherwise") {
  scripted_model m(two());
  CHECK(ask(m) == "one");
  CHECK(ask(m) == "two");
  CHECK_THROWS_WITH_AS(ask(m), "the script of this model has no further reply", stook::error);
  scripted_model again(two(), scripted_model::at_end::repeat_last);
  scripted_model round(two(), scripted_model::at_end::cycle);
  std::string a, b;
  for (int i = 0; i < 5; ++i) a += ask(again) + " ", b += ask(round) + " ";
  CHECK(a == "one two two two two ");
  CHECK(b == "one two one two one ");
  scripted_model empty(std::vector<stook::chat_reply>{}, scripted_model::at_end::repeat_last);
  CHECK_THROWS_AS(ask(empty), stook::error);
}

TEST_CASE("replies can be computed, and requests are kept from when recording begins") {
  scripted_model m(
      [](const stook::chat_request& r) { return scripted_model::says("heard " + r.messages.back().text()); });
  CHECK(ask(m, "a") == "heard a");
  m.record();
  CHECK(ask(m, "b") == "heard b");
  REQUIRE(m.requests().size() == 1);
  CHECK(m.requests()[0].messages[0].text() == "b");
}

TEST_CASE("a scripted call carries its arguments as they are") {
  const auto reply = scripted_model::calls("q", "{not json");
  REQUIRE(reply.answer.calls().size() == 1);
  CHECK(reply.answer.calls()[0].arguments == "{not json");
  CHECK(reply.finish == stook::finish_reason::tool_calls);
}
