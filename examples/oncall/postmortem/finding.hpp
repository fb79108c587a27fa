#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/mitigation/mechanism.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>
#include <stook/core/type_layout.hpp>

namespace stook::sre {

enum class verdict { incident, no_incident, inconclusive };
BOOST_DESCRIBE_ENUM(verdict, incident, no_incident, inconclusive)

enum class confidence_level { high, medium, low, inconclusive };
BOOST_DESCRIBE_ENUM(confidence_level, high, medium, low, inconclusive)

enum class alternative_verdict { ruled_out, unlikely, not_testable };
BOOST_DESCRIBE_ENUM(alternative_verdict, ruled_out, unlikely, not_testable)

/// A sentence and what it rests on.
struct cited_text {
  std::string text;
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(cited_text,
               (text, "One sentence; each number in it stands in the evidence", stook::length{1, 600}),
               (evidence, "Ids of evidence, such as E3", stook::length{1, 20}))

/// Something that went up with the incident.
struct contributor {
  std::string service;
  std::optional<std::string> error_kind;
  std::optional<std::string> region;
  std::optional<std::string> endpoint;
  std::int64_t count = 0;      ///< in the window
  std::optional<double> lift;  ///< times what the quiet part of the day would have given
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(contributor, (service, "Service that logged it", stook::length{1, 200}),
               (error_kind, "Kind of error", stook::length{1, 200}), (region, "", stook::length{1, 200}),
               (endpoint, "", stook::length{1, 200}), (count, "Log rows in the window", stook::at_least{0}),
               (lift, "Times what a quiet time gives", stook::at_least{0}),
               (evidence, "Ids of evidence", stook::length{1, 20}))

/// A cause that can be refuted.
struct hypothesis {
  std::string statement;
  std::optional<std::string> service;  ///< nothing: the cause lies outside the telemetry
  failure_mechanism mechanism = failure_mechanism::unknown;
  std::string falsifier;  ///< an observation that would refute it
  std::string check;      ///< how to look for that observation
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(hypothesis, (statement, "One sentence: what failed, and how", stook::length{1, 600}),
               (service, "Service that failed; left out if the cause is outside of the telemetry",
                stook::length{1, 200}),
               (mechanism, "How it failed"), (falsifier, "What would refute it", stook::length{1, 600}),
               (check, "How to look for that", stook::length{1, 600}),
               (evidence, "Ids of evidence", stook::length{1, 20}))

/// A cause that was considered and not chosen.
struct rejected_hypothesis {
  std::string hypothesis;
  std::optional<std::string> service;
  failure_mechanism mechanism = failure_mechanism::unknown;
  alternative_verdict verdict = alternative_verdict::unlikely;
  std::string reason;  ///< what speaks against it
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(rejected_hypothesis, (hypothesis, "One sentence", stook::length{1, 600}),
               (service, "Service that it blames", stook::length{1, 200}),
               (mechanism, "How it would have failed"), (verdict),
               (reason, "What speaks against it", stook::length{1, 600}),
               (evidence, "Ids of evidence", stook::length{1, 20}))

/// The event that set it off. One of the change events has this time, or it is no change.
struct trigger_finding {
  trigger_kind kind = trigger_kind::unknown;
  std::optional<timestamp> t;
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(trigger_finding, (kind, "What set it off"),
               (t, "When; for a change, its exact time in the events"),
               (evidence, "Ids of evidence", stook::defaulted, stook::length{0, 20}))

/// One failure passed on from service to service.
struct propagation_step {
  std::string from;
  std::string to;
  std::string effect;
  double lag_s = 0;
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(propagation_step, (from, "Service", stook::length{1, 200}),
               (to, "Service", stook::length{1, 200}), (effect, "What happened there", stook::length{1, 400}),
               (lag_s, "Seconds after the first"), (evidence, "Ids of evidence", stook::length{1, 20}))

/// What was found in one window.
struct incident_finding {
  timestamp start{};             ///< that of a detected window
  std::optional<timestamp> end;  ///< nothing while it goes on
  std::vector<cited_text> symptoms;
  std::vector<contributor> top_contributors;
  sre::hypothesis hypothesis;
  std::vector<cited_text> key_facts;
  std::vector<rejected_hypothesis> alternatives;  ///< the likeliest first
  std::optional<trigger_finding> trigger;
  std::vector<propagation_step> propagation;
  std::optional<double> explains_share;  ///< of the excess errors
  std::vector<std::string> unexplained;
  confidence_level confidence = confidence_level::low;  ///< at most this; the code may lower it
  std::string basis;                                    ///< what the confidence rests on
};
STOOK_DESCRIBE(incident_finding, (start, "Start of a detected window"),
               (end, "Its end; left out while it goes on"),
               (symptoms, "What users or metrics noticed", stook::length{1, 10}),
               (top_contributors, "What rose with it, the strongest first", stook::length{0, 20}),
               (hypothesis), (key_facts, "What the hypothesis rests on", stook::length{1, 20}),
               (alternatives, "Causes considered and not chosen, the likeliest first", stook::length{0, 10}),
               (trigger), (propagation, "", stook::defaulted, stook::length{0, 20}),
               (explains_share, "Share of the excess errors", stook::between{0, 1}),
               (unexplained, "What the cause leaves open", stook::defaulted, stook::length{0, 10}),
               (confidence), (basis, "What the confidence rests on", stook::length{1, 400}))

/// The Profiler's result: everything in it may be written by a model, so nothing in it is believed before
/// `draft_postmortem` has checked it.
struct finding {
  sre::verdict verdict = sre::verdict::inconclusive;
  std::vector<incident_finding> incidents;  ///< one for each detected window; none unless verdict is incident
  std::vector<cited_text> key_facts;  ///< for the day as a whole: what no_incident or inconclusive rests on
};
STOOK_DESCRIBE(finding, (verdict, "What kind of day it was"),
               (incidents, "One for each detected window", stook::defaulted, stook::length{0, 20}),
               (key_facts, "What the verdict rests on", stook::defaulted, stook::length{0, 20}))

}  // namespace stook::sre

// These tables are big: instantiated once, in finding_tables.cpp, not in every
// program.
namespace stook::detail {
extern template const type_desc& type_of<sre::incident_finding>();
extern template const type_desc& type_of<sre::finding>();
}  // namespace stook::detail
