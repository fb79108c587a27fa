#include <stook/pipeline/prompt_builder.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"
#include "shop.hpp"

TEST_CASE("a prompt builder's variables are its inputs, and values are not templates") {
  stook::prompt_builder b{
      "{{greeting}} {{#names}}<{{.}}>{{/names}}{{^names}}nobody{{/names}}{{note}} & {{t.kind}}",
      {"note", "names"}};
  const stook::sockets s = b.declare();
  REQUIRE(s.inputs.size() == 4);
  CHECK(s.inputs[0].name == "greeting");
  CHECK(s.inputs[0].mandatory);
  CHECK(s.inputs[1].name == "names");
  CHECK_FALSE(s.inputs[1].mandatory);

  stook::pipeline p;
  p.add("b", b);
  stook::run_inputs in{{"b.greeting", "{{note}} <b>"}};
  in.set("b.t", shop::ticket{"bug", 1});
  CHECK(p.run(in).at<std::string>("b.prompt") == "{{note}} <b> nobody & bug");
  in.set("b.names", std::vector<std::string>{"x", "y"});
  CHECK(p.run(in).at<std::string>("b.prompt") == "{{note}} <b> <x><y> & bug");
  CHECK(code_of([] { stook::prompt_builder{"{{#open}}", {}}.declare(); }) == "template");
}

TEST_CASE("a chat prompt flows into a model, and its reply becomes text") {
  stook::pipeline p;
  p.add("ask", stook::chat_prompt_builder{{{stook::prompt_role::system, "Be short."},
                                           {stook::prompt_role::user, "What is {{what}}?"}}});
  p.add("model", [](std::vector<stook::message> m) {
    return std::vector{stook::message::assistant("I read: " + m.back().text())};
  });
  p.add("text", [](std::string t) { return t.size(); });
  p.connect("ask", "model");
  p.connect("model", "text");  // a list of one message becomes its text
  CHECK(p.run({{"ask.what", "a pool"}}).at<std::size_t>("text.value") == 23);

  const auto paused = p.run({{"ask.what", "a pool"}}, {.pause_before = stook::component_visit{"model", 1}});
  const stook::json snapshot = stook::parse_json(stook::dump_json(paused.snapshot()));
  stook::pipeline_run r = p.resume(snapshot);
  while (r.advance()) continue;
  CHECK(r.result().at<std::size_t>("text.value") == 23);
}
