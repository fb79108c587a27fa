#include <stook/models/rule_model.hpp>

#include <doctest/doctest.h>
#include <stook/agent/agent.hpp>
#include <stook/core/error.hpp>
#include <stook/models/scripted_model.hpp>

using stook::conversation_view;
using stook::message;

namespace {

struct number_args {
  int n = 0;
};
STOOK_DESCRIBE(number_args, (n))

std::vector<stook::rule> counting_rules() {
  return {{"count", [](const conversation_view& v) { return v.successes_of("count") < 2; },
           [](const conversation_view& v) {
             return message::assistant(
                 "", {{"", "count", "{\"n\":" + std::to_string(v.calls_of("count")) + "}"}});
           }},
          {"tell", [](const conversation_view& v) { return v.task().starts_with("Count"); },
           [](const conversation_view& v) {
             std::string text = "last " + std::string(v.result_of("count")) + " of";
             for (const auto r : v.results_of("count")) text += " " + std::string(r);
             return message::assistant(text);
           }}};
}

}  // namespace

TEST_CASE("the first rule that fits replies") {
  const stook::tool count("count", "", stook::pure, [](number_args a) { return a.n; });
  const stook::agent a({.name = "counter",
                        .model = std::make_shared<stook::rule_model>("rules", counting_rules()),
                        .tools = {count}});
  CHECK(a.run("Count to two").text == "last 1 of 0 1");
  const auto lost = a.run("Sing");
  CHECK(lost.status == stook::run_status::failed);
  CHECK(lost.reason == "model.no_rule");
}

TEST_CASE("failures are calls and no successes, and only what is offered is offered") {
  const std::vector<message> said{message::user("Count"), message::assistant("", {{"a", "count", "{}"}}),
                                  message::tool("a", "count", "no", true)};
  const stook::chat_request request{.messages = said};
  const conversation_view v(request);
  CHECK(v.calls_of("count") == 1);
  CHECK(v.successes_of("count") == 0);
  CHECK(v.result_of("count").empty());
  CHECK_FALSE(v.offers("count"));
  CHECK(v.last().is_error());
  const stook::chat_request nothing;
  CHECK(conversation_view(nothing).last().empty());
  CHECK(conversation_view(nothing).task().empty());
}

TEST_CASE("rules without functions, and no rules, are refused") {
  CHECK_THROWS_AS(stook::rule_model("r", {}), stook::error);
  CHECK_THROWS_AS(stook::rule_model("r", {{"half", [](const conversation_view&) { return true; }, {}}}),
                  stook::error);
}
