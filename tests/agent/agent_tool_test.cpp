// An agent as a tool of another agent.
#include <doctest/doctest.h>

#include "scripts.hpp"

using scripts::call;
using scripts::calls;
using scripts::results;
using scripts::says;
using stook::tool;

namespace {

struct hours {
  std::string from;
  std::string to;
};
STOOK_DESCRIBE(hours, (from), (to))
struct finding {
  std::string service;
};
STOOK_DESCRIBE(finding, (service))
struct note_args {
  std::string text;
};
STOOK_DESCRIBE(note_args, (text))

using notes = std::vector<std::string>;

tool note() {
  return tool("note", "", {.outputs = {{"notes"}}}, [](note_args a) { return notes{a.text}; });
}
const auto look = R"({"task":"look"})";

}  // namespace

TEST_CASE("pitfall 1: a child's conversation is fresh, and holds its task alone") {
  const auto model = scripts::script({says("fine")});
  const stook::agent child({.name = "child", .instructions = "You look.", .model = model});
  const stook::agent lead({.name = "lead",
                           .instructions = "You lead.",
                           .model = scripts::script({call("ask", look), says("ok")}),
                           .tools = {child.as_tool("ask", "")}});
  CHECK(lead.run("a secret plan").ok());
  const auto heard = model->requests().at(0).messages;
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].text() == "You look.");
  CHECK(heard[1].text() == "look");
}

TEST_CASE("pitfall 3: the model sees a typed task and nothing of the child's insides") {
  const stook::agent child({.name = "child",
                            .model = scripts::script({}),
                            .tools = {note()},
                            .state = {stook::state_key::appending<notes>("notes")}});
  const std::string plain(child.as_tool("ask", "").parameters_text());
  CHECK(plain.find("notes") == std::string::npos);
  CHECK(plain.find(R"("required":["task"])") != std::string::npos);
  const std::string typed(child.as_tool<hours, finding>("ask", "").parameters_text());
  CHECK(typed.find(R"("required":["from","to"])") != std::string::npos);
}

TEST_CASE("pitfall 17: a child answers with its text, or with a value of its type") {
  const auto model = scripts::script({says("not json"), says(R"({"service":"db"})")});
  const stook::agent child({.name = "child", .model = model});
  const stook::agent lead({.name = "lead",
                           .model = scripts::script({call("ask", R"({"from":"a","to":"b"})"), says("ok")}),
                           .tools = {child.as_tool<hours, finding>("ask", "")}});
  const auto a = lead.run("go");
  CHECK(results(a) == notes{R"({"service":"db"})"});
  CHECK(model->requests()[0].messages.back().text() == R"({"from":"a","to":"b"})");
}

TEST_CASE("defect 14: a child that fails is a failed call, and the parent's conversation goes on") {
  const stook::agent child({.name = "child", .model = scripts::script({})});
  const stook::agent lead({.name = "lead",
                           .model = scripts::script({call("ask", look), says("without it")}),
                           .tools = {child.as_tool("ask", "")}});
  const auto a = lead.run("go");
  CHECK(a.ok());
  CHECK(results(a)[0].find("agent_failed") != std::string::npos);
  CHECK(results(a)[0].find("model.script_over") != std::string::npos);
}

TEST_CASE("state goes down and up only where it is said, merged as the parent declares") {
  const auto key = stook::state_key::appending<notes>("notes");
  const stook::agent child({.name = "child",
                            .model = scripts::script({call("note", R"({"text":"c1"})"), says("x"),
                                                      call("note", R"({"text":"c2"})"), says("y")}),
                            .tools = {note()},
                            .state = {key}});
  const auto lead = [&](stook::agent_tool_options options) {
    return stook::agent(
        {.name = "lead",
         .model = scripts::script({call("note", R"({"text":"p"})"), call("ask", look), says("ok")}),
         .tools = {child.as_tool("ask", "", options), note()},
         .state = {key}});
  };
  const auto taken = lead({.take_state = {"notes"}}).run("go");
  CHECK(*taken.state.find<notes>("notes") == notes{"p", "c1"});
  const auto both = lead({.give_state = {"notes"}, .take_state = {"notes"}}).run("go");
  CHECK(*both.state.find<notes>("notes") == notes{"p", "c2"});
}

TEST_CASE("a child that is given state runs after the tool of its turn that writes it") {
  const auto key = stook::state_key::appending<notes>("notes");
  const auto model = scripts::script({says("x")});
  std::size_t seen = 0;
  const stook::agent child(
      {.name = "child", .model = model, .state = {key}, .hooks = {.before_run = {[&](stook::hook_context& c) {
                                                                    const auto* n =
                                                                        c.state().find<notes>("notes");
                                                                    seen = n ? n->size() : 0;
                                                                  }}}});
  const stook::agent lead(
      {.name = "lead",
       .model = scripts::script({calls({{"ask", look}, {"note", R"({"text":"p"})"}}), says("ok")}),
       .tools = {child.as_tool("ask", "", {.give_state = {"notes"}}), note()},
       .state = {key}});
  CHECK(lead.run("go").ok());
  CHECK(seen == 1);
}

TEST_CASE("shared keys are checked when the agents are made") {
  const auto key = stook::state_key::appending<notes>("notes");
  const stook::agent child({.name = "child", .model = scripts::script({}), .state = {key}});
  CHECK_THROWS_AS(child.as_tool("ask", "", {.give_state = {"nots"}}), stook::error);
  const auto lead = [&](std::vector<stook::state_key> keys) {
    return stook::agent({.name = "lead",
                         .model = scripts::script({}),
                         .tools = {child.as_tool("ask", "", {.take_state = {"notes"}})},
                         .state = std::move(keys)});
  };
  CHECK_THROWS_AS(lead({}), stook::error);
  CHECK_THROWS_AS(lead({stook::state_key::of<int>("notes")}), stook::error);
  CHECK_NOTHROW(lead({key}));
}

TEST_CASE("an agent's tool cannot be called outside of a run") {
  const stook::agent child({.name = "child", .model = scripts::script({})});
  CHECK(child.as_tool("ask", "").call(look).error->code == "no_run");
}

TEST_CASE("a child with a timeout ends partial and the parent reads what it found") {
  const auto clock = std::make_shared<stook::manual_clock>();
  const auto model = std::make_shared<stook::scripted_model>([](const stook::chat_request& r) {
    return r.choice == stook::tool_choice::none ? says("found half") : call("slow");
  });
  const stook::agent child({.name = "child", .model = model, .tools = {tool("slow", "", [&] {
                                                               clock->advance(std::chrono::seconds(19));
                                                             })}});
  const stook::agent lead({.name = "lead",
                           .model = scripts::script({call("ask", look), says("ok")}),
                           .tools = {child.as_tool("ask", "", {.timeout = std::chrono::seconds(20)})}});
  const auto a = lead.run("go", {.clock = clock});
  CHECK(a.ok());
  CHECK(results(a)[0].starts_with("found half\n[note: unfinished"));
}
