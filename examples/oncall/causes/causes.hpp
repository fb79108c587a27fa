#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <oncall/causes/mechanism.hpp>
#include <oncall/data/events.hpp>
#include <oncall/logs/log_scan.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/type_layout.hpp>

namespace stook::sre {

enum class cause_outcome : unsigned char {
  found,         ///< the first hypothesis explains enough of the errors to act on it
  inconclusive,  ///< something is wrong, but no hypothesis explains enough
  nothing,       ///< no error occurs more often than on the rest of the day
};
BOOST_DESCRIBE_ENUM(cause_outcome, found, inconclusive, nothing)

enum class cause_confidence_level : unsigned char { low, medium, high };
BOOST_DESCRIBE_ENUM(cause_confidence_level, low, medium, high)

/// How far a hypothesis can be trusted: computed from the evidence, never said by a model.
struct cause_confidence {
  cause_confidence_level level = cause_confidence_level::low;
  double score = 0;                      ///< 0 to 1, caps applied
  std::vector<std::string> basis{};      ///< what speaks for it
  std::vector<std::string> capped_by{};  ///< rules that limit it
};
STOOK_DESCRIBE(cause_confidence, (level, "low, medium or high"), (score, "0 to 1"),
               (basis, "What speaks for it"), (capped_by, "Rules that limit it"))

/// A change that came before the onset.
struct trigger_event {
  timestamp ts;
  std::string kind;
  std::string service;
  std::string detail;
  double minutes_before = 0;  ///< before the onset
};
STOOK_DESCRIBE(trigger_event, (ts, "When"), (kind, "deploy, config_change..."), (service, "Where"),
               (detail, "What"), (minutes_before, "Minutes before the onset"))

/// One of several explanations that compete.
struct ranked_cause {
  std::string id;  ///< H1, H2... best first
  std::string service;
  sre::mechanism mechanism = sre::mechanism::unknown;
  std::string wears_out;         ///< the service that it exhausts, where the failure shows; else empty
  bool told_by_callers = false;  ///< only those that call it say so: it logs nothing unusual itself
  std::string statement;
  double score = 0;                        ///< for the order only
  double explains_share = 0;               ///< of the excess errors, those in its blast radius
  std::vector<std::string> evidence{};     ///< ids of its signals in the scan
  std::vector<std::string> unexplained{};  ///< ids of signals outside of its blast radius
  timestamp onset;                         ///< of its earliest signal, corrected for clock skew
  std::optional<trigger_event> trigger{};
  std::string falsifier;  ///< what would refute it
  std::string check;      ///< how to look for that
  cause_confidence confidence;
};
STOOK_DESCRIBE(ranked_cause, (id, "Identifies it"), (service, "Where it fails"), (mechanism, "How it fails"),
               (wears_out, "What it exhausts, where the failure shows", stook::defaulted),
               (told_by_callers, "Only those that call it say so", stook::defaulted),
               (statement, "In one sentence"), (score, "For the order only"),
               (explains_share, "Share of the excess errors in its blast radius"),
               (evidence, "Signals that support it"), (unexplained, "Signals outside of its blast radius"),
               (onset, "Its first sign"), (trigger, "Change before the onset"),
               (falsifier, "What would refute it"), (check, "How to look for that"),
               (confidence, "How far to trust it"))

struct cause_report {
  cause_outcome outcome = cause_outcome::nothing;
  std::string reason;  ///< why the outcome is what it is
  std::vector<ranked_cause> hypotheses{};
};
STOOK_DESCRIBE(cause_report, (outcome, "found, inconclusive or nothing"), (reason, "Why"),
               (hypotheses, "Best first"))

struct cause_options {
  /// How likely chance alone may give one of all the signals; a likelier one is noise.
  double chance = 0.01;
  double least_count = 3;  ///< likewise; less proves nothing
  /// Of a signal alone, beside those; and where no signal passes, with low confidence.
  double weak_chance = 0.02;
  /// Where no signal passes, of one that tells of a failure by name.
  double rumour_chance = 0.1;
  std::size_t hypotheses = 5;  ///< at most
  /// How long before the onset a change counts as a trigger.
  std::chrono::minutes trigger_reach{120};
  /// Share of the window without telemetry, from 0 to 1, as the metrics show it.
  double missing_share = 0;
};

/// Ranks explanations for the errors of a scan. Made with `scan_options::top` of 30 or so: a signal that is
/// not in the list cannot be explained.
///
/// A hypothesis is a service and a mechanism. Its blast radius is the service and all that call it, directly
/// or not; where no topology is given, as the scan's traces tell it, and without those every signal that does
/// not begin before it. It ranks by the share of the excess in its radius, by how far its signals stand out,
/// by onset (earlier is better), by a trigger, and by how likely its mechanism is a cause (`cause_weight`):
/// never by loudness, so a pool that runs out behind its callers' time-outs comes first. A failure of a
/// callee explains its callers' time-outs and what they repeat of it. A service that was changed shortly
/// before the onset can exhaust what it calls: then the radius holds that and all its callers. A service
/// without signals of its own becomes a hypothesis by a trigger, or where its callers name it in their
/// time-outs. Where neither topology nor traces tell who calls whom, the names in time-outs do, as far as
/// they go.
///
/// A signal counts if chance gives it at most so seldom as the options say (`rate_chance`, by Bonferroni over
/// all signals). Alerts, rollbacks and the like are no triggers.
///
/// Confidence is at most medium without a trigger, at most low if the cause lies outside the telemetry, more
/// than a fifth of the window is missing, or there was no quiet part to compare with. Deterministic,
/// thread-safe.
cause_report rank_causes(const log_scan& scan, std::span<const call_edge> topology,
                         std::span<const change_event> events, const cause_options& options = {});

}  // namespace stook::sre

// These tables are big: instantiated once, in cause_tables.cpp, not in every
// program.
namespace stook::detail {
extern template const type_desc& type_of<sre::ranked_cause>();
extern template const type_desc& type_of<sre::cause_report>();
}  // namespace stook::detail
