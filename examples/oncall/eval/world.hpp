#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/noise.hpp>
#include <oncall/detect/direction.hpp>
#include <oncall/eval/scenario.hpp>
#include <oncall/eval/truth.hpp>

namespace stook::sre::eval {

/// Requests of one way through the parts.
struct route {
  std::string_view endpoint;
  double share;
  std::array<part, 3> way;
  std::size_t hops;
};

/// A column of the metrics.
struct metric_column {
  std::string name;
  metric_role role{};
  double usual = 0;   ///< its level
  double noise = 0;   ///< standard deviation
  double strike = 0;  ///< what a fault of full strength adds at its begin
  double rise = 0;    ///< and more at its end
};

/// One fault, placed in time.
struct placed_fault {
  const fault* is = nullptr;
  std::size_t first = 0;  ///< sample
  std::size_t last = 0;   ///< one past its last sample; the data's size where it goes on
  double amplitude = 1;
  std::string_view region{};            ///< where it is confined to one
  std::string kind, message;            ///< its own errors; {} in the message is a number
  std::string side_kind, side_message;  ///< what else a broken service logs now and then
  std::string symptom, complaint;       ///< those of its callers

  /// How far it has gone at a sample, 0 to 1; negative outside of it.
  double progress(std::size_t sample) const;
  /// Its strength at a sample, 0 outside of it.
  double strength(std::size_t sample) const;
};

/// A change, a restart, an alert.
struct happening {
  timestamp t{};
  std::string kind, service, detail;
};

/// Everything that a seed decides about a day before its noise: names, size, sampling, faults, changes.
struct world {
  const eval::scenario* kind = nullptr;
  std::uint64_t seed = 0;  ///< of the noise: differs between scenarios
  timestamp start{};
  int step_s = 60;
  std::size_t samples = 1'440;
  std::size_t log_rows = 9'000;
  bool hard = false;  ///< a baseline of an awkward form, with noise that remembers itself
  std::array<std::string, parts> names{};
  std::vector<route> routes{};
  std::vector<metric_column> metrics{};
  std::vector<placed_fault> faults{};  ///< none on a quiet day
  std::vector<happening> events{};
  std::string loud_kind, loud_message;  ///< of front_c or front_b, all day
  std::size_t surge_first = 0, surge_last = 0;
  std::size_t gap_first = 0, gap_last = 0;
  part skewed = part::edge;
  int skew_s = 0;
  truth answer{};

  const std::string& name(part p) const { return names[static_cast<std::size_t>(p)]; }
  timestamp time_of(std::size_t sample) const {
    return start + std::chrono::seconds(static_cast<std::int64_t>(sample) * step_s);
  }
};

/// Draws the world of a seed. The quiet twin has the same names, noise, oddities and changes, and no fault.
world make_world(const scenario& kind, std::uint64_t seed, bool quiet);

/// What a fault may log: drawn from what real programs say.
struct phrase {
  std::string_view kind, message;
};
phrase draw_phrase(const fault& of, noise& random);
/// What callers of a broken service log.
phrase draw_symptom(noise& random);
/// What a service logs on any day.
phrase draw_everyday(noise& random);

}  // namespace stook::sre::eval
