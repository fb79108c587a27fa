#pragma once

#include <string>
#include <vector>

#include <oncall/eval/run_case.hpp>

namespace stook::sre::eval {

/// The mean of some cases.
struct group_score {
  std::string group;
  std::size_t cases = 0;
  case_score mean{};
  double worst_points = 0;
  double median_ms = 0;
  std::int64_t tokens = 0;  ///< of all
};
STOOK_DESCRIBE(group_score, (group), (cases), (mean), (worst_points), (median_ms), (tokens))

/// What an evaluation gives.
struct evaluation {
  std::uint64_t first_seed = 0;
  std::uint64_t last_seed = 0;
  std::string model;
  std::vector<group_score> scenarios{};   ///< days with a fault, by scenario
  std::vector<group_score> amplitudes{};  ///< the same, by strength of the fault
  group_score faults{};
  group_score quiet{};
  std::vector<case_result> cases{};
};
STOOK_DESCRIBE(evaluation, (first_seed), (last_seed), (model), (scenarios), (amplitudes), (faults), (quiet),
               (cases))

/// Sums up; the cases stay in the order they have.
evaluation sum_up(std::vector<case_result> cases, std::uint64_t first_seed, std::uint64_t last_seed,
                  std::string model);

}  // namespace stook::sre::eval
