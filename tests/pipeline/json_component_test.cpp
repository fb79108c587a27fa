#include <stook/pipeline/json_component.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

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
