#pragma once

#include <oncall/data/generate.hpp>
#include <oncall/eval/world.hpp>

namespace stook::sre::eval {

/// One made-up case: the files of the day, and what really happened.
struct made_case {
  generated_day day;  ///< its truth.json is `answer` as text
  truth answer;
};

/// Writes the telemetry of a scenario. The same arguments give the same bytes. Thread-safe.
made_case make_case(const scenario& kind, std::uint64_t seed, bool quiet);

/// metrics.csv of a world; adds to the answer's incidents the requests that failed because of them.
std::string metrics_csv(const world& w, truth& answer);
/// logs.csv of a world.
std::string logs_csv(const world& w);

}  // namespace stook::sre::eval
