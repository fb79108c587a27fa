#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <oncall/causes/causes.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/mitigation/catalogue.hpp>
#include <oncall/postmortem/finding.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/time.hpp>
#include <stook/core/type_layout.hpp>
#include <stook/sql/query_result.hpp>

namespace stook::sre {

/// One input file, as `load_inputs` found it.
struct input_summary {
  std::string input;
  std::string file;
  std::uint64_t rows = 0;
  std::uint64_t rejected_lines = 0;
  std::optional<timestamp> first{};
  std::optional<timestamp> last{};
  std::vector<std::string> columns{};
  std::vector<std::string> oddities{};
};
STOOK_DESCRIBE(input_summary, (input, "metrics, logs, events or topology"), (file), (rows), (rejected_lines),
               (first, "Earliest row"), (last, "Latest row"), (columns),
               (oddities, "What was odd about the file and what was done about it"))

/// Result of `load_inputs`.
struct inputs_report {
  std::string evidence;
  std::vector<input_summary> inputs{};
  std::vector<std::string> tables{};
};
STOOK_DESCRIBE(inputs_report, (evidence, "Id to cite"), (inputs),
               (tables, "Tables and columns that sql_investigate may read"))

/// Result of `detect_incident_window`.
struct detection_report {
  std::string evidence;
  bool found = false;
  std::vector<window_report> windows{};
  std::vector<std::string> notes{};
};
STOOK_DESCRIBE(detection_report, (evidence, "Id to cite"), (found, "False: no incident in these metrics"),
               (windows, "In time order"), (notes, "What limits this result"))

/// Result of `sql_investigate`.
struct sql_report {
  std::string evidence;
  std::vector<std::string> columns{};
  std::vector<std::vector<sqlite::cell>> rows{};
  bool truncated = false;
};
STOOK_DESCRIBE(sql_report, (evidence, "Id to cite"), (columns), (rows),
               (truncated, "There were more rows than these"))

/// Result of `log_pattern_scan`.
struct scan_report {
  std::string evidence;
  std::string causes_evidence;
  log_scan scan{};
  cause_report causes{};
};
STOOK_DESCRIBE(scan_report, (evidence, "Id to cite for the scan"),
               (causes_evidence, "Id to cite for the ranking of causes"),
               (scan, "Errors of the window against the quiet part of the day"),
               (causes, "Competing causes, best first"))

/// What the catalogue offers for one incident.
struct incident_actions {
  timestamp start{};
  failure_mechanism cause{};
  std::string service;
  std::vector<mitigation> actions{};
};
STOOK_DESCRIBE(incident_actions, (start, "Start of the incident"), (cause), (service),
               (actions, "Best first"))

/// Result of `propose_mitigations`.
struct mitigation_plan {
  std::vector<incident_actions> incidents{};
};
STOOK_DESCRIBE(mitigation_plan, (incidents, "One for each incident of the finding"))

/// Result of `draft_postmortem`. The document itself stays in the investigation.
struct draft_report {
  verdict says = verdict::inconclusive;
  std::vector<std::string> incidents{};
  std::vector<std::string> summary{};
  std::size_t evidence_items = 0;
};
STOOK_DESCRIBE(draft_report, (says, "The postmortem's verdict"), (incidents, "Title of each incident"),
               (summary, "The executive summary, line by line"), (evidence_items))

}  // namespace stook::sre

// These tables are big: instantiated once, in report_tables.cpp, not in every
// program.
namespace stook::detail {
extern template const type_desc& type_of<sre::inputs_report>();
extern template const type_desc& type_of<sre::detection_report>();
extern template const type_desc& type_of<sre::sql_report>();
extern template const type_desc& type_of<sre::scan_report>();
extern template const type_desc& type_of<sre::mitigation_plan>();
extern template const type_desc& type_of<sre::draft_report>();
}  // namespace stook::detail
