#include <stook/pipeline/agent_adapter.hpp>

#include <doctest/doctest.h>

#include <stook/models/scripted_model.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

TEST_CASE("an agent is a component that waits for its task") {
  const auto model =
      std::make_shared<stook::scripted_model>(std::vector{stook::scripted_model::says("It is the pool.")});
  stook::pipeline p;
  p.add("ask", [](int minutes) { return "What broke in the last " + std::to_string(minutes) + " minutes?"; });
  p.add(stook::agent_component("profiler", stook::agent({.name = "profiler", .model = model})));
  p.add("size", [](std::string s) { return s.size(); });
  p.connect("ask", "profiler.task");
  p.connect("profiler.text", "size");
  const auto result = p.run(stook::run_inputs().set("ask.value", 5), {.include_outputs_from = {"profiler"}});
  CHECK(result.at<std::string>("profiler.text") == "It is the pool.");
  CHECK(result.at<std::size_t>("size.value") == 15);
  CHECK_FALSE(result.find("profiler.unfinished").has_value());
  CHECK(result.at<stook::answer>("profiler.answer").steps == 1);
  CHECK(code_of([&] { p.run(); }) == "input_missing");
}
