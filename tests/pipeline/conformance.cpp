// stook_pipeline_conformance FILE.json: replays recorded pipeline runs through the public API, with scripted
// components: in sequence with the global order of calls, in parallel, resumed in a fresh pipeline before
// each visit, and with components and connections added in other orders. A scenario passes if it passes all
// of it.

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "scenario.hpp"

namespace {

constexpr std::uint32_t shuffles = 20;

struct tally {
  std::size_t runs = 0, resumed = 0, shuffled = 0;
};

std::string check(const scenario::recorded& s, tally& t) {
  for (const scenario::recorded_run& r : s.runs) {
    if (std::string wrong = scenario::replay_in_sequence(s, r); !wrong.empty())
      return "in sequence: " + wrong;
    for (const unsigned parallel : {2u, 4u}) {
      if (std::string wrong = scenario::replay_in_parallel(s, r, parallel); !wrong.empty()) {
        return fmt::format("{} at once: {}", parallel, wrong);
      }
    }
    if (std::string wrong = scenario::replay_resumed(s, r, t.resumed); !wrong.empty()) return wrong;
    for (std::uint32_t seed = 0; seed < shuffles; ++seed) {
      if (std::string wrong = scenario::replay_shuffled(s, r, seed); !wrong.empty()) {
        return fmt::format("shuffled by {}: {}", seed, wrong);
      }
      ++t.shuffled;
    }
    ++t.runs;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} FILE.json\n", argv[0]);
    return 2;
  }
  std::size_t passed = 0, failed = 0;
  tally t;
  try {
    for (const scenario::recorded& s : scenario::read_file(argv[1])) {
      std::string wrong;
      try {
        wrong = check(s, t);
      } catch (const std::exception& e) {
        wrong = e.what();
      }
      ++(wrong.empty() ? passed : failed);
      if (!wrong.empty()) fmt::print("FAILED {}: {}\n", s.name, wrong);
    }
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}: {}\n", argv[1], e.what());
    return 2;
  }
  fmt::print(
      "{} runs, each in sequence and in parallel; {} resumed from a snapshot; {} in a shuffled order\n",
      t.runs, t.resumed, t.shuffled);
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
