#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <oncall/eval/day.hpp>
#include <oncall/eval/score.hpp>
#include <stook/chat/model.hpp>
#include <stook/core/describe.hpp>

namespace stook::sre::eval {

/// Which case, and who investigates it.
struct case_settings {
  const eval::scenario* kind = nullptr;
  std::uint64_t seed = 0;
  bool quiet = false;
  std::shared_ptr<chat_model> model{};  ///< null: the rules
  std::filesystem::path keep{};         ///< where the day and the postmortem stay; empty: nowhere
};

/// What became of one case.
struct case_result {
  std::string scenario;
  std::uint64_t seed = 0;
  bool quiet = false;
  double amplitude = 0;
  case_score scored{};
  std::string said{};  ///< the answer in a line: windows, services, mechanisms
  std::string expected{};
  double took_ms = 0;  ///< of the investigation, wall clock
  std::int64_t tokens = 0;
  std::string failed{};  ///< why there is no postmortem
};
STOOK_DESCRIBE(case_result, (scenario), (seed), (quiet), (amplitude), (scored), (said), (expected), (took_ms),
               (tokens), (failed))

/// Makes the day, has the team investigate its files as `oncall investigate` does, and scores the postmortem.
/// A run that fails scores 0. Throws `error` (output_write) where the files cannot be written. Thread-safe.
case_result run_case(const case_settings& settings);

}  // namespace stook::sre::eval
