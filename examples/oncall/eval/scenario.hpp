#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include <oncall/causes/mechanism.hpp>

/// Made-up days with a known answer, to hold investigations against. For development: nothing of it is seen
/// by an investigation.
namespace stook::sre::eval {

/// The parts of the made-up system. `edge` calls the three fronts; `front_a` calls `store` and `inner`,
/// `front_b` calls `store`, `front_c` calls `leaf`; `batch` calls `store` and is called by nobody.
enum class part : unsigned char { edge, front_a, front_b, front_c, inner, store, leaf, batch };
inline constexpr std::size_t parts = 8;

/// How a fault comes and goes.
enum class shape : unsigned char {
  step,  ///< at once, and rising a little while it lasts
  ramp,  ///< from nothing, evenly
};

/// What sets a fault off. `none`: nothing that the events tell.
enum class cause_event : unsigned char { none, deploy, config };

/// A stretch to draw from.
struct stretch {
  double least = 0;
  double most = 0;
};

/// One thing that goes wrong.
struct fault {
  part at = part::store;   ///< the truth: where it fails
  sre::mechanism means{};  ///< the truth: how it fails
  part heard_at = at;      ///< where its own errors are logged
  /// Answers that are as right; `unknown` is none.
  std::array<sre::mechanism, 2> also{sre::mechanism::unknown, sre::mechanism::unknown};
  eval::shape shape = eval::shape::step;
  stretch begins{0.3, 0.7};  ///< of the data
  stretch minutes{60, 170};
  cause_event trigger = cause_event::none;
  std::string_view ended_by{};  ///< kind of an event on `at` at its end: "rollback"; empty: none
  double loudness = 1;          ///< lines of a caller for one of the cause
  bool one_region = false;
  bool outside = false;       ///< the truth: no service of ours, whoever logs it
  bool silent = false;        ///< it logs nothing of it: only its callers do
  bool more_traffic = false;  ///< comes with requests, and not with fewer of them
};

/// What is odd about the telemetry, with or without a fault.
struct oddities {
  bool loud_all_day = false;       ///< an unrelated error, louder than all others
  bool harmless_surge = false;     ///< more requests, and the price of them in latency
  bool artefacts = false;          ///< counter resets, single wild samples, empty cells
  bool blank_kinds = false;        ///< error_kind says nothing
  bool shuffled = false;           ///< rows in any order
  bool skewed_clock = false;       ///< one service's clock is wrong by minutes
  bool mixed_zones = false;        ///< each service writes its own zone
  bool gap_inside = false;         ///< no telemetry for a part of the incident
  bool misleading_deploy = false;  ///< of a service that has nothing to do with it, just before
  bool deploy_on_the_way = false;  ///< of the edge, which all requests pass, just before
  bool no_topology = false;        ///< topology.csv lists no call
};

/// A kind of day.
struct scenario {
  std::string_view name;
  std::string_view what;
  std::array<std::optional<fault>, 2> faults{};
  oddities odd{};
  bool ongoing = false;               ///< the data end before the fault does
  std::optional<double> amplitude{};  ///< of the fault; nothing: drawn from `amplitudes`
  std::optional<double> days{};
  std::optional<int> step_s{};
  std::optional<int> metrics{};

  /// Nothing goes wrong.
  bool quiet() const { return !faults[0]; }
};

/// The strengths of a fault. A seed takes the one of its place, so that five neighbours have them all.
inline constexpr std::array<double, 5> amplitudes{1.0, 0.6, 0.35, 0.2, 0.15};

/// All kinds of days there are.
std::span<const scenario> scenarios();
/// The one of that name, or null.
const scenario* find_scenario(std::string_view name);

}  // namespace stook::sre::eval
