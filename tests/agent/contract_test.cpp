#include <stook/agent/contract.hpp>

#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::says;
using stook::run_status;
using stook::tool;

namespace {
stook::agent with_contract(std::shared_ptr<stook::scripted_model> model,
                           stook::completion_contract contract) {
  return stook::agent(
      {.name = "c",
       .model = std::move(model),
       .tools = {tool("find", "", {.outputs = {{"window"}}}, [] { return std::string("19:26"); }),
                 tool("fails", "", [] { throw std::runtime_error("no"); })},
       .state = {stook::state_key::of<std::string>("window")},
       .contract = std::move(contract)});
}
}  // namespace

TEST_CASE("pitfall 9: a text does not end a run whose contract does not hold") {
  const auto model = scripts::script({says("all done"), call("find"), says("found it")});
  const auto a = with_contract(model, {.state_keys = {"window"}, .tools_succeeded = {"find"}}).run("go");
  CHECK(a.ok());
  CHECK(a.text == "found it");
  CHECK(a.steps == 3);
  const auto asked = model->requests()[1].messages.back();
  CHECK(asked.from() == stook::role::user);
  CHECK(asked.text().find("window") != std::string::npos);
  CHECK(asked.text().find("find") != std::string::npos);
}

TEST_CASE("after the reminders the run is partial and says what is missing") {
  const auto a =
      with_contract(scripts::script({says("1"), says("2"), says("3")}), {.tools_succeeded = {"find"}})
          .run("go");
  CHECK(a.status == run_status::partial);
  CHECK(a.reason == "contract.unmet");
  CHECK(a.error->message.find("find has not succeeded") != std::string::npos);
  CHECK(a.text == "3");
  CHECK(with_contract(scripts::script({says("1")}), {.tools_succeeded = {"find"}, .reminders = 0})
            .run("go")
            .steps == 1);
}

TEST_CASE("a tool that failed has not succeeded") {
  const auto a = with_contract(scripts::script({call("fails"), says("done")}),
                               {.tools_succeeded = {"fails"}, .reminders = 0})
                     .run("go");
  CHECK(a.reason == "contract.unmet");
}

TEST_CASE("validators look at the text and the state") {
  stook::completion_contract c;
  c.validators.push_back([](std::string_view text, const stook::state& s) -> std::optional<std::string> {
    CHECK(s.find<std::string>("window") == nullptr);
    if (text.find("E1") == std::string_view::npos) return "cite evidence";
    return std::nullopt;
  });
  const auto model = scripts::script({says("because"), says("because of E1")});
  CHECK(with_contract(model, c).run("go").text == "because of E1");
  CHECK(model->requests()[1].messages.back().text().find("cite evidence") != std::string::npos);
  stook::completion_contract bad;
  bad.validators.push_back(
      [](std::string_view, const stook::state&) -> std::optional<std::string> { throw 1; });
  CHECK(with_contract(scripts::script({says("x")}), bad).run("go").reason == "contract_failed");
}

TEST_CASE("a contract that names what does not exist is refused") {
  CHECK_THROWS_AS(with_contract(scripts::script({}), {.state_keys = {"windwo"}}), stook::error);
  CHECK_THROWS_AS(with_contract(scripts::script({}), {.tools_succeeded = {"fnid"}}), stook::error);
  CHECK_THROWS_AS(with_contract(scripts::script({}), {.reminders = -1}), stook::error);
}

TEST_CASE("an exit tool does not end a run whose contract does not hold") {
  const stook::agent agent(
      {.name = "c",
       .model = scripts::script({call("save"), call("find"), call("save")}),
       .tools = {tool("find", "", [] { return 1; }), tool("save", "", [] { return "saved"; })},
       .exit_tools = {"save"},
       .contract = {.tools_succeeded = {"find"}}});
  const auto a = agent.run("go");
  CHECK(a.ok());
  CHECK(a.reason == "save");
  CHECK(a.tool_call_counts.at("save") == 2);
}
