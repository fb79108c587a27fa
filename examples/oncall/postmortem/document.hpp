#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/evidence/evidence.hpp>
#include <oncall/mitigation/catalogue.hpp>
#include <oncall/postmortem/finding.hpp>
#include <oncall/postmortem/sections.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/type_layout.hpp>

/// postmortem.json as a tree of structs: docs/schema/postmortem.schema.json, field by field.
namespace stook::sre {

enum class timeline_kind {
  change,
  symptom_start,
  first_error,
  peak,
  alert,
  mitigation,
  recovery,
  symptom_end,
  data_gap,
  human
};
BOOST_DESCRIBE_ENUM(timeline_kind, change, symptom_start, first_error, peak, alert, mitigation, recovery,
                    symptom_end, data_gap, human)

enum class timeline_source { metrics, logs, events, alert, human };
BOOST_DESCRIBE_ENUM(timeline_source, metrics, logs, events, alert, human)

struct timeline_row {
  timestamp t{};
  std::string event;
  timeline_kind kind = timeline_kind::change;
  timeline_source source = timeline_source::metrics;
  evidence_ids evidence;
};
STOOK_DESCRIBE(timeline_row, (t, "When"), (event, "What, in one sentence", stook::length{1, 400}), (kind),
               (source), (evidence, "Ids of evidence", stook::length{1, 20}))

struct trigger_section {
  trigger_kind kind = trigger_kind::unknown;
  std::optional<std::string> event;
  std::optional<timestamp> t;
  std::optional<evidence_ids> evidence;
};
STOOK_DESCRIBE(trigger_section, (kind), (event), (t), (evidence))

struct root_cause {
  std::string statement;
  nullable<std::string> service;
  failure_mechanism mechanism = failure_mechanism::unknown;
  trigger_section trigger;
  std::vector<propagation_step> propagation;
  std::optional<double> explains_share;
  std::vector<std::string> unexplained;
  std::string falsifier;
  sre::confidence confidence;
  evidence_ids evidence;
};
STOOK_DESCRIBE(root_cause, (statement), (service), (mechanism), (trigger), (propagation), (explains_share),
               (unexplained), (falsifier), (confidence), (evidence))

struct alternative {
  std::string hypothesis;
  alternative_verdict verdict = alternative_verdict::unlikely;
  std::string reason;
  evidence_ids evidence;
  nullable<std::string> service;
  failure_mechanism mechanism = failure_mechanism::unknown;
};
STOOK_DESCRIBE(alternative, (hypothesis), (verdict), (reason), (evidence), (service), (mechanism))

struct resolution {
  std::string what_ended_it;
  std::optional<evidence_ids> evidence;
  std::optional<evidence_ids> verified_by;
  bool unknown = false;
};
STOOK_DESCRIBE(resolution, (what_ended_it), (evidence), (verified_by), (unknown))

struct lessons {
  std::vector<std::string> went_well;
  std::vector<std::string> went_wrong;
  std::vector<std::string> got_lucky;
  std::vector<std::string> needs_human_input;
};
STOOK_DESCRIBE(lessons, (went_well), (went_wrong), (got_lucky), (needs_human_input))

struct action_item {
  std::string id;
  std::string title;
  action_type type{};
  std::string owner;
  action_priority priority{};
  int eta_days = 0;
  std::vector<std::string> addresses;  ///< JSON pointers into the document
  std::string verification;
  bool requires_approval = false;
};
STOOK_DESCRIBE(action_item, (id), (title), (type), (owner), (priority), (eta_days), (addresses),
               (verification), (requires_approval))

enum class runbook_phase { confirm, scope, stop_the_bleeding, diagnose, fix, verify, communicate, follow_up };
BOOST_DESCRIBE_ENUM(runbook_phase, confirm, scope, stop_the_bleeding, diagnose, fix, verify, communicate,
                    follow_up)

struct runbook_step {
  int n = 0;
  runbook_phase phase{};
  std::string do_;
  std::optional<std::string> command;
  std::string expect;
  std::string if_not;
  action_risk risk{};
  action_approval approval{};
  std::string rollback;
  std::optional<evidence_ids> evidence;
  bool done = false;
};
STOOK_DESCRIBE(runbook_step, (n), (phase), (do_), (command), (expect), (if_not), (risk), (approval),
               (rollback), (evidence), (done))

struct runbook {
  std::string trigger;
  std::string severity;
  std::vector<runbook_step> steps;
};
STOOK_DESCRIBE(runbook, (trigger), (severity), (steps))

enum class incident_status { draft, in_review, final, inconclusive };
BOOST_DESCRIBE_ENUM(incident_status, draft, in_review, final, inconclusive)

struct incident {
  std::string id;
  std::string title;
  incident_status status = incident_status::draft;
  bool blameless = true;
  sre::severity severity;
  document_window window;
  std::vector<claim> summary;
  impact_section impact;
  detection_section detection;
  std::vector<timeline_row> timeline;
  sre::root_cause root_cause;
  std::vector<claim> contributing_factors;
  std::vector<alternative> alternatives;
  sre::resolution resolution;
  sre::lessons lessons;
  std::vector<action_item> action_items;
  sre::runbook runbook;
};
STOOK_DESCRIBE(incident, (id), (title), (status), (blameless), (severity), (window), (summary), (impact),
               (detection), (timeline), (root_cause), (contributing_factors), (alternatives), (resolution),
               (lessons), (action_items), (runbook))

struct gap_note {
  std::string source;
  timestamp start{};
  timestamp end{};
  double missing_fraction = 0;  ///< of the samples that the whole input should have
};
STOOK_DESCRIBE(gap_note, (source), (start), (end), (missing_fraction))

struct clock_skew_note {
  std::string source;
  double seconds = 0;
  evidence_ids evidence;
};
STOOK_DESCRIBE(clock_skew_note, (source), (seconds), (evidence))

struct data_quality {
  std::vector<gap_note> gaps;
  std::vector<clock_skew_note> clock_skew;
  std::int64_t redactions = 0;
  std::vector<std::string> suspected_injection;
  std::vector<std::string> notes;
};
STOOK_DESCRIBE(data_quality, (gaps), (clock_skew), (redactions), (suspected_injection), (notes))

struct input_note {
  std::string path;
  std::string sha256;
  std::int64_t rows = 0;
};
STOOK_DESCRIBE(input_note, (path), (sha256), (rows))

struct provenance {
  std::string tool_version;
  nullable<std::string> model;  ///< null: no model took part
  std::string run_id;
  timestamp generated_at{};
  std::optional<std::int64_t> tokens;
  std::optional<double> cost_usd;
  std::vector<std::string> human_edits;
  std::vector<input_note> inputs;
};
STOOK_DESCRIBE(provenance, (tool_version), (model), (run_id), (generated_at), (tokens), (cost_usd),
               (human_edits), (inputs))

struct postmortem {
  std::string schema_version = "1";
  sre::verdict verdict = sre::verdict::inconclusive;
  std::vector<claim> summary;
  std::vector<incident> incidents;
  std::vector<evidence_item> evidence;
  sre::data_quality data_quality;
  sre::provenance provenance;
};
STOOK_DESCRIBE(postmortem, (schema_version), (verdict), (summary), (incidents), (evidence), (data_quality),
               (provenance))

}  // namespace stook::sre

// These tables are big: instantiated once, in postmortem_tables.cpp, document_tables.cpp and
// section_tables.cpp, not in every program.
namespace stook::detail {
extern template const type_desc& type_of<sre::postmortem>();
extern template const type_desc& type_of<std::vector<sre::claim>>();
extern template const type_desc& type_of<sre::incident>();
extern template const type_desc& type_of<sre::root_cause>();
extern template const type_desc& type_of<sre::impact_section>();
extern template const type_desc& type_of<sre::runbook>();
extern template const type_desc& type_of<sre::data_quality>();
extern template const type_desc& type_of<sre::provenance>();
}  // namespace stook::detail
