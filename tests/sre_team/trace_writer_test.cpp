#include <oncall/team/trace_writer.hpp>

#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "stage.hpp"

using namespace stook;
using namespace stook::sre;

namespace {

std::string trace_of(const test::day_files& day) {
  trace_writer trace;
  run_options options = test::fixed();
  options.listener = &trace;
  make_team(test::investigate(day)).run(test::question, std::move(options));
  return trace.text();
}

}  // namespace

TEST_CASE("a trace has every event of every agent, an object a line") {
  const test::day_files day;
  std::istringstream lines(trace_of(day));
  std::set<std::string> agents, events;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    const json event = parse_json(line);
    agents.emplace(event.at("agent").as_string());
    last = std::string(event.at("event").as_string());
    events.insert(last);
    CHECK(parse_timestamp(std::string(event.at("at").as_string())).has_value());
  }
  CHECK(agents == std::set<std::string>{"coordinator", "profiler", "writer"});
  for (const char* kind : {"run_started", "step_started", "model_replied", "tool_started", "tool_progressed",
                           "tool_finished", "state_changed", "step_finished", "run_finished"}) {
    CHECK_MESSAGE(events.contains(kind), kind);
  }
  CHECK(last == "run_finished");
}

TEST_CASE("the same run is the same trace, byte for byte") {
  const test::day_files day({.seed = 5});
  CHECK(trace_of(day) == trace_of(day));
}
