#include <stook/pipeline/tool_adapter.hpp>

#include <doctest/doctest.h>

#include <optional>

#include "errors.hpp"
#include "repeat_and_shout.hpp"

namespace helpdesk {

struct question {
  std::string text;
  std::optional<int> copies;
};
STOOK_DESCRIBE(question, (text, "What to ask"), (copies, "How often"))

}  // namespace helpdesk

TEST_CASE("a pipeline is a tool whose arguments are checked") {
  const stook::tool t = stook::pipeline_tool<helpdesk::question>(
      "ask", "Repeats and shouts.", helpdesk::repeat_and_shout(),
      {.inputs = {{"text", {"repeat.text"}}, {"copies", {"repeat.copies"}}}, .output = "shout.value"});
  CHECK(t.call(R"({"text":"ab","copies":2})").text == "abab!");
  CHECK(t.call(R"({"text":"ab"})").text == "ab!");
  CHECK_FALSE(t.call(R"({"text":5})").ok());

  const auto refused = [](stook::pipeline_tool_options options) {
    return code_of(
        [&] { stook::pipeline_tool<helpdesk::question>("ask", "", helpdesk::repeat_and_shout(), options); });
  };
  CHECK(refused({.inputs = {{"nothing", {"repeat.text"}}}, .output = "shout.value"}) == "pipeline_tool");
  CHECK(refused({.inputs = {{"text", {"repeat.nothing"}}}, .output = "shout.value"}) == "pipeline_tool");
  CHECK(refused({.inputs = {{"text", {"repeat.text"}}}, .output = "shout.nothing"}) == "pipeline_tool");
  CHECK(refused({.output = "shout.value"}) == "pipeline_tool");
}

TEST_CASE("a component is a tool") {
  const stook::tool t = stook::component_tool("repeat", "Repeats a text.", helpdesk::repeat{});
  CHECK(t.call(R"({"text":"ab","copies":2})").text == R"({"text":"abab","count":2})");
}
