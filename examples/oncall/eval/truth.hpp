#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/mitigation/mechanism.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>

namespace stook::sre::eval {

/// The change that set a fault off.
struct true_trigger {
  timestamp t{};
  std::string service;
};
STOOK_DESCRIBE(true_trigger, (t), (service))

/// What really happened in one incident.
struct true_incident {
  timestamp start{};                            ///< of the first bad sample
  std::optional<timestamp> end{};               ///< of the first good one; nothing: the data end before that
  std::optional<std::string> service{};         ///< nothing: outside of the telemetry
  std::vector<std::string> also_services{};     ///< names that are as right
  std::vector<failure_mechanism> mechanisms{};  ///< any of them is right
  std::optional<true_trigger> trigger{};
  double failed_requests = 0;  ///< more than without the fault
};
STOOK_DESCRIBE(true_incident, (start), (end), (service), (also_services), (mechanisms), (trigger),
               (failed_requests))

/// The answer to a made-up day.
struct truth {
  std::string scenario;
  std::uint64_t seed = 0;
  double amplitude = 0;  ///< 0 on a quiet day
  timestamp data_end{};  ///< just behind the last sample
  std::vector<true_incident> incidents{};
  std::vector<std::string> decoy_services{};  ///< loud and innocent
  std::vector<timestamp> decoy_changes{};     ///< near and innocent
};
STOOK_DESCRIBE(truth, (scenario), (seed), (amplitude), (data_end), (incidents), (decoy_services),
               (decoy_changes))

}  // namespace stook::sre::eval
