#include <stook/pipeline/registry.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/prompt_builder.hpp>
#include <stook/pipeline/router.hpp>

#include "errors.hpp"
#include "shop.hpp"

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
