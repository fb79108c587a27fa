#include <stook/chat/message.hpp>

#include <doctest/doctest.h>

using stook::message;
using stook::role;

TEST_CASE("messages know who speaks and what is in them") {
  CHECK(message().empty());
  CHECK(message().from() == role::assistant);
  CHECK(message::user("hi").from() == role::user);
  const message m = message::assistant("", {{"c1", "query", "{}"}});
  CHECK_FALSE(m.empty());
  REQUIRE(m.calls().size() == 1);
  CHECK(m.calls()[0].name == "query");
  const message t = message::tool("c1", "query", "no", true);
  CHECK(t.call_id() == "c1");
  CHECK(t.is_error());
}

TEST_CASE("a message with a provider's data is another message with the same content") {
  const message m = message::assistant("x");
  const message with = m.with_provider_data(R"({"signature":"abc"})");
  CHECK(with.text() == "x");
  CHECK(with.provider_data() == R"({"signature":"abc"})");
  CHECK(m.provider_data().empty());
  CHECK_FALSE(m == with);
  CHECK(message::user("a") == message::user("a"));
}

TEST_CASE("a message as JSON text is spelled as OpenAI does") {
  CHECK(to_json_text(message::user("say \"hi\"\n")) == R"({"role":"user","content":"say \"hi\"\n"})");
  CHECK(
      to_json_text(message::assistant("", {{"c1", "q", "{\"a\":1}"}})) ==
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"q","arguments":"{\"a\":1}"}}]})");
  CHECK(to_json_text(message::tool("c1", "q", "t", true)) ==
        R"({"role":"tool","tool_call_id":"c1","name":"q","content":"t","error":true})");
  CHECK(to_string(role::system) == "system");
}

TEST_CASE("a user message may show images, and they are part of what it is") {
  const message m = message::user("What broke?", {stook::image::of_bytes("image/png", "abc"),
                                                  stook::image::at("https://example.com/a.png")});
  CHECK(m.images().size() == 2);
  CHECK_FALSE(m == message::user("What broke?"));
  CHECK_FALSE(message::user("", {stook::image::at("https://example.com/a.png")}).empty());
  CHECK(
      to_json_text(m) ==
      R"({"role":"user","content":[{"type":"text","text":"What broke?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,YWJj"}},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]})");
}

TEST_CASE("copies of a message have one identity, and equal messages have two") {
  const message m = message::user("hi");
  const message copy = m;
  CHECK(copy.identity() == m.identity());
  CHECK(message::user("hi").identity() != m.identity());
}
