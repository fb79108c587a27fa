#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oncall/data/events.hpp>
#include <oncall/data/input_report.hpp>
#include <oncall/data/metrics.hpp>
#include <oncall/evidence/evidence.hpp>
#include <oncall/mitigation/catalogue.hpp>
#include <oncall/postmortem/document.hpp>
#include <oncall/postmortem/finding.hpp>
#include <oncall/postmortem/impact.hpp>
#include <stook/core/error.hpp>
#include <stook/tool/result.hpp>

namespace stook::sre {

class known_names;

/// What the detector established, whatever a model says.
struct detected_window {
  timestamp start{};
  std::optional<timestamp> end{};  ///< nothing: still going on where the data end
  std::int64_t start_uncertainty_s = 0;
  std::int64_t end_uncertainty_s = 0;
  double missing_fraction = 0;  ///< of the samples that the window should have
  std::string leading_metric{};
  std::string detector{};  ///< what found it, for example "detect_windows"
  evidence_ids evidence{};
};

/// What is done with a statement of the finding that its evidence does not bear out.
enum class unsupported_claims {
  refuse,  ///< no postmortem; the failure names it
  drop     ///< symptoms, key facts, contributors, alternatives and timeline rows are left out and counted in
           ///< data_quality; what a postmortem cannot do without is refused all the same
};

/// All that a postmortem is made of. What a model may have had a hand in is `found`, `timeline` and
/// `mitigations`; everything else comes from the program.
struct draft_inputs {
  finding found;
  std::vector<timeline_row> timeline{};  ///< beyond those that the code finds itself; rows of any incident
  /// Ids of catalogue entries to put first, for every incident that they help against.
  std::vector<std::string> mitigations{};

  std::vector<detected_window> windows{};
  evidence_ids detection_evidence{};       ///< of the search for windows, also where it found none
  const metrics_table* metrics = nullptr;  ///< never null
  std::vector<change_event> events{};
  std::vector<call_edge> topology{};
  std::vector<input_report> reports{};
  const catalogue* actions = nullptr;  ///< null: the default catalogue
  service_owners owners{};
  service_objective objective{};
  std::vector<std::string> quality_notes{};  ///< of the detector and other tools
  std::vector<clock_skew_note> clock_skew{};
  std::int64_t redactions = 0;
  std::vector<std::string> suspected_injection{};
  std::vector<std::string> left_out{};  ///< of what a model said, before this; a sentence each

  std::string tool_version{};
  std::optional<std::string> model{};  ///< nothing: no model took part
  std::string run_id{};
  std::optional<std::int64_t> tokens{};
  std::optional<double> cost_usd{};

  unsupported_claims unsupported = unsupported_claims::refuse;
};

/// One thing that keeps a draft from being a postmortem.
struct draft_problem {
  std::string path;  ///< "incidents[0].key_facts[2]"
  std::string what;  ///< "cites E99, which is not in the evidence"
};

/// Makes the postmortem of a day. Records into `log` what it measures itself (tools `measure_impact` and
/// `list_changes`), so that these numbers have evidence too.
///
/// Refused, with a failure of the code `postmortem_refused` that names each statement and why:
/// - a claim, contributor, hypothesis, alternative or timeline row that cites no or an unknown id, or holds a
///   number that none of the cited items holds (numbers.hpp). Falsifiers and checks, which speak of the
///   future, are free to hold numbers;
/// - a service, region, endpoint or kind of error that the cited evidence does not name;
/// - a verdict that contradicts the detector; a finding for a window that it did not see; a detected window
///   without a finding;
/// - a trigger of kind deploy or config whose time is not that of a change event;
/// - a timeline row at a time that its evidence does not hold, or of kind alert, mitigation or human without
///   an event of that time;
/// - a catalogue without a prevent and a detect action for the mechanism; an unknown mitigation.
///
/// An incident without an alternative, whether none was named or all were dropped, is `inconclusive` and
/// says so; the one that can never be tested, a cause outside of the telemetry, then stands in its place.
/// Confidence is the finding's, capped: `no-alternative` (inconclusive), `cause-outside-telemetry` (low),
/// `data-gap` (low; more than a fifth of the window is missing), `no-trigger-before-onset` (medium).
result<postmortem> draft_postmortem(const draft_inputs& inputs, evidence_log& log);

/// What is wrong with a finished document, judged by itself: ids that its evidence lacks, numbers that the
/// cited evidence does not hold, texts too long, phases out of order. Empty for every document that
/// `draft_postmortem` makes; for one that was edited by hand, the first step of a verification. With the
/// names that the inputs know, also sentences that name what the cited evidence does not.
std::vector<draft_problem> check_postmortem(const postmortem& document, const known_names* known = nullptr);

/// True for a timeline row of kind and source `human` that somebody stands for by name: it reads "NAME:
/// what", and `provenance.human_edits` has an entry that begins with "NAME: ". Such a row needs no event.
bool is_said(const postmortem& document, const timeline_row& row);

/// Reads postmortem.json. Throws `error` (`json_*`) for what is not one.
postmortem parse_postmortem(std::string_view json_text);

/// What the tools `measure_impact` and `list_changes` give, with source and query: what `draft_postmortem`
/// records, and a verification computes again. Of `inputs` they need metrics, events and reports.
observation observe_impact(const draft_inputs& inputs, const impact_query& asked);
observation observe_changes(const draft_inputs& inputs, const time_span& span);

/// The change events of `span`, as `draft_postmortem` cites them: the tool `list_changes`.
json list_changes(const std::vector<change_event>& events, const time_span& span);

}  // namespace stook::sre
