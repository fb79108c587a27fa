#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <stook/pipeline/pipeline.hpp>

// Recorded runs of pipelines, and scripted components that replay them: a component asserts the inputs of
// each of its visits and returns what was recorded.

namespace scenario {

struct recorded_call {
  std::string component;
  unsigned visit = 0;  // from 1
  stook::json inputs;
  stook::json outputs;
};

struct recorded_run {
  stook::json inputs;
  std::vector<std::string> include;
  stook::json out;    // null if the run must fail
  std::string error;  // "Kind: message" of the reference; empty if the run must succeed
  std::vector<recorded_call> calls;
};

struct recorded {
  std::string name;
  std::string raises;
  unsigned max_runs = 100;
  struct component {
    std::string name;
    stook::sockets sockets;
  };
  struct connection {
    std::string from, to;
  };
  std::vector<component> components;
  std::vector<connection> connections;
  std::vector<recorded_run> runs;
};

/// Reads a file of scenarios. Throws stook::error.
std::vector<recorded> read_file(const std::string& path);

/// How a scenario is replayed. Each returns what went wrong; empty if nothing did.
std::string replay_in_sequence(const recorded& s, const recorded_run& r);
std::string replay_in_parallel(const recorded& s, const recorded_run& r, unsigned parallel);
/// Pauses before each visit, writes the snapshot as text, and resumes in a fresh pipeline.
std::string replay_resumed(const recorded& s, const recorded_run& r, std::size_t& points);
/// With components and connections added in another order.
std::string replay_shuffled(const recorded& s, const recorded_run& r, std::uint32_t seed);

}  // namespace scenario
