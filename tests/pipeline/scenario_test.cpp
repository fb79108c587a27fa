#include "scenario.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

const std::string file = std::string(STOOK_TEST_DATA) + "/pipeline-scenarios.json";

}  // namespace

TEST_CASE("recorded runs are replayed in sequence and in parallel, with the same inputs and order") {
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: no recorded runs here");
    return;
  }
  for (const scenario::recorded& s : scenario::read_file(file)) {
    CAPTURE(s.name);
    for (const scenario::recorded_run& r : s.runs) {
      CHECK(scenario::replay_in_sequence(s, r) == "");
      CHECK(scenario::replay_in_parallel(s, r, 4) == "");
      CHECK(scenario::replay_shuffled(s, r, 1) == "");
    }
  }
}

TEST_CASE("recorded runs go on in a fresh pipeline from before every visit") {
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: no recorded runs here");
    return;
  }
  std::size_t points = 0;
  for (const scenario::recorded& s : scenario::read_file(file)) {
    CAPTURE(s.name);
    for (const scenario::recorded_run& r : s.runs) CHECK(scenario::replay_resumed(s, r, points) == "");
  }
  CHECK(points > 300);
}
