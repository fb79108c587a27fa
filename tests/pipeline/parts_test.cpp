#include <stook/pipeline/registry.hpp>

#include <doctest/doctest.h>

#include <functional>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/pipeline/joiners.hpp>
#include <stook/pipeline/json_component.hpp>
#include <stook/pipeline/prompt_builder.hpp>
#include <stook/pipeline/router.hpp>
#include <stook/pipeline/schema_validator.hpp>

namespace shop {

struct ticket {
  std::string kind;
  int score = 0;
};
STOOK_DESCRIBE(ticket, (kind), (score, "", stook::between{0, 10}))

struct triage {
  int limit = 5;
  std::string run(ticket t) const { return t.score > limit ? "now" : "later"; }
};
STOOK_DESCRIBE(triage, (limit))

}  // namespace shop

namespace {

std::string code_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "none";
}

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// What a condition over x and y says.
std::string routed(const std::string& condition, stook::json x, stook::json y = nullptr) {
  stook::pipeline p;
  p.add("r", stook::conditional_router{{{condition, "yes", "x"}, {"true", "no", "x"}}});
  stook::run_inputs in{{"r.x", std::move(x)}};
  for (const stook::input_socket& s : p.at("r").inputs()) {
    if (s.name == "y") in.set("r.y", std::move(y));
  }
  const auto result = p.run(in);
  return result.find("r.yes").has_value() ? "yes" : "no";
}

}  // namespace

TEST_CASE("conditions compare without re-typing") {
  CHECK(routed("x >= 0.5 and x < 2", 1) == "yes");
  CHECK(routed("x == 1", "1") == "no");
  CHECK(routed("x == '1'", "1") == "yes");
  CHECK(routed("x == none", nullptr) == "yes");
  CHECK(routed("x", "None") == "yes");
  CHECK(routed("not x", "") == "yes");
  CHECK(routed("size(x) > 2 or x == 'ab'", "ab") == "yes");
  CHECK(routed("'urgent' in x", "it is urgent") == "yes");
  CHECK(routed("x.kind == 'a' and y == 2", stook::parse_json(R"({"kind":"a"})"), 2) == "yes");
  CHECK(routed("x.missing.deeper == none", stook::parse_json("{}")) == "yes");
  CHECK(routed("(x == 1 or x == 2) and not x == 2", 2) == "no");
  CHECK(code_of([] { routed("x < 1", "0"); }) == "expression");
  for (const char* broken : {"", "x ==", "x = 1", "(x", "x y", "'open", "1.2.3 == x"}) {
    CAPTURE(broken);
    CHECK(code_of([&] { routed(broken, 1); }) == "expression");
  }
  CHECK(code_of([] { routed(std::string(5000, '('), 1); }) == "expression");
}

TEST_CASE("a router passes its value on as it came") {
  stook::pipeline p;
  p.add("r", stook::conditional_router{{{"x == 'None'", "text", "x", "string"}}});
  const auto result = p.run({{"r.x", "None"}});
  CHECK(result.at<std::string>("r.text") == "None");
  CHECK(code_of([&] { p.run({{"r.x", "123"}}); }) == "no_route");
}

TEST_CASE("a typed router tries its predicates in order") {
  stook::pipeline p;
  p.add("r", stook::router<int>{{"big", [](const int& n) { return n > 100; }}, {"rest", {}}});
  CHECK(p.run(stook::run_inputs().set("r.value", 101)).at<int>("r.big") == 101);
  CHECK(p.run(stook::run_inputs().set("r.value", 100)).at<int>("r.rest") == 100);
}

TEST_CASE("joiners join branches, lists and texts") {
  stook::pipeline p;
  const auto text = [](std::string t) { return [t] { return t; }; };
  p.add("a", text("one"));
  p.add("b", text("two"));
  p.add("join", stook::string_joiner{", "});
  p.connect("a", "join");
  p.connect("b", "join");
  CHECK(p.run().at<std::string>("join.value") == "one, two");

  stook::pipeline q;
  q.add("a", [](int n) { return std::vector<int>{n}; });
  q.add("b", [](int n) { return std::vector<int>{n, n}; });
  q.add("join", stook::list_joiner{"list[int]"});
  q.add("sum", [](std::vector<int> v) { return v.size(); });
  q.connect("a", "join");
  q.connect("b", "join");
  q.connect("join", "sum");
  CHECK(q.run(stook::run_inputs().set("a.value", 1).set("b.value", 2)).at<std::size_t>("sum.value") == 3);
}

TEST_CASE("an output adapter takes a part by JSON Pointer") {
  stook::pipeline p;
  p.add("pick", stook::output_adapter{"/items/1/name", "string"});
  p.add("use", [](std::string s) { return s + "!"; });
  p.connect("pick", "use");
  stook::run_inputs in;
  in.set("pick.value", stook::parse_json(R"({"items":[{"name":"a"},{"name":"b"}]})"));
  CHECK(p.run(in).at<std::string>("use.value") == "b!");
  CHECK(code_of([&] { p.run(stook::run_inputs().set("pick.value", stook::json(1))); }) == "adapter_path");
}

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

TEST_CASE("a validator tells the model what is wrong until the answer holds the schema") {
  stook::pipeline p;
  p.add("retry", stook::branch_joiner{});
  p.add("model", [tries = 0](stook::any_value) mutable {
    constexpr const char* answers[] = {"no idea", R"({"kind":"bug","score":11})",
                                       "Sure:\n```json\n{\"kind\":\"bug\",\"score\":7}\n```\n"};
    return stook::message::assistant(answers[tries++]);
  });
  p.add("check", stook::schema_validator<shop::ticket>{});
  p.connect("retry", "model");
  p.connect("model", "check");
  p.connect("check.invalid", "retry.value");
  stook::pipeline_run r = p.start({{"retry.value", "Triage this."}});
  std::string repairs;
  while (const auto part = r.next()) {
    for (const auto& [name, value] : part->outputs) {
      if (name == "invalid") repairs += value.get_if<stook::message>()->text();
    }
  }
  CHECK(r.result().at<shop::ticket>("check.valid").score == 7);
  CHECK(r.result().visits("model") == 3);
  CHECK(mentions(repairs, "expected JSON and nothing else"));
  CHECK(mentions(repairs, "score: 11 is above the maximum"));
  CHECK(mentions(repairs, R"("maximum":10)"));
}

TEST_CASE("a pipeline is written and read as JSON and YAML, and gives the same text again") {
  auto types = stook::component_registry::standard();
  types.add<shop::triage>("triage");
  stook::pipeline p({.max_runs = 7});
  p.add("triage", shop::triage{3});
  p.add("way", stook::conditional_router{{{"x == 'now'", "hurry", "x", "string"}, {"true", "wait", "x"}}});
  p.add("say", stook::prompt_builder{"Do it: {{what}}", {}});
  p.connect("triage.value", "way.x");
  p.connect("way.hurry", "say.what");

  const stook::json file = types.write(p);
  const stook::pipeline same = types.read(file);
  CHECK(types.write(same) == file);
  CHECK(same.run(stook::run_inputs{{"triage.kind", "bug"}}.set("triage.score", 4))
            .at<std::string>("say.prompt") == "Do it: now");

  const std::string yaml = types.write_yaml(p);
  CHECK(mentions(yaml, "max_runs: 7"));
  CHECK(types.write_yaml(types.read_yaml(yaml)) == yaml);
  CHECK(types.write(types.read_yaml(yaml)) == file);
}

TEST_CASE("a file makes nothing that was not registered, and is refused where it is not understood") {
  const auto types = stook::component_registry::standard();
  const auto read = [&](std::string_view text) {
    return code_of([&] { types.read(stook::parse_json(text)); });
  };
  CHECK(read(R"({"version":1,"components":{"a":{"type":"os.system"}}})") == "component_type");
  CHECK(read(R"({"version":2,"components":{}})") == "pipeline_file");
  CHECK(read(R"({"components":{}})") == "pipeline_file");
  CHECK(read(R"({"version":1,"components":{},"extra":1})") == "pipeline_file");
  CHECK(read(R"({"version":1,"components":[]})") == "pipeline_file");
  CHECK(read(R"({"version":1,"components":{"a":{"type":"branch_joiner","parameters":{"typ":"x"}}}})") ==
        "json_invalid");
  CHECK(read(R"({"version":1,"components":{},"connections":[{"sender":"a","receiver":"b"}]})") ==
        "unknown_component");
  const auto yaml = [&](std::string_view text) { return code_of([&] { types.read_yaml(text); }); };
  CHECK(yaml("version: 1\ncomponents: {}\n") == "none");
  CHECK(yaml("version: &a 1\ncomponents: {}\n") == "pipeline_file");
  CHECK(yaml("version: !!int 1\ncomponents: {}\n") == "pipeline_file");
  CHECK(yaml("version: 1\nversion: 1\ncomponents: {}\n") == "pipeline_file");
  CHECK(yaml("{") == "pipeline_file");

  stook::pipeline p;
  p.add("own", [](int x) { return x; });
  CHECK(code_of([&] { types.write(p); }) == "component_type");
}

TEST_CASE("a component of JSON must give an object of what it declared") {
  const auto with_result = [](stook::json result) {
    stook::pipeline p;
    p.add("c",
          stook::json_component({{{.name = "x"}}, {{"y"}}}, [result](const stook::json&) { return result; }));
    return code_of([&] { p.run(stook::run_inputs().set("c.x", 1)); });
  };
  CHECK(with_result(stook::parse_json(R"({"y":1})")) == "none");
  CHECK(with_result(stook::parse_json(R"({"z":1})")) == "component_output");
  CHECK(with_result(1) == "component_output");
}
