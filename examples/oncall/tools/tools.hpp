#pragma once

#include <memory>

#include <oncall/tools/investigation.hpp>
#include <stook/tool/toolset.hpp>

namespace stook::sre {

// The tools of the on-call team, over one investigation that they share. Their results are the described
// types of reports.hpp. Each only reads or computes; what a claim may rest on is recorded as evidence, and
// its id is in the result. They order themselves by the state keys that they read and write:
//
//     inputs  <-  load_inputs
//     inputs  ->  detect_incident_window  ->  detection
//     inputs  ->  sql_investigate, log_pattern_scan
//     finding ->  propose_mitigations     ->  mitigations
//     finding, mitigations -> draft_postmortem -> postmortem

/// Reads the input files that the investigation names; the model names none.
tool load_inputs_tool(std::shared_ptr<investigation> about);
/// Finds the windows in which the metrics were not normal.
tool detect_incident_window_tool(std::shared_ptr<investigation> about);
/// Runs one read-only SELECT on the inputs.
tool sql_investigate_tool(std::shared_ptr<investigation> about);
/// Compares the errors of a window with the quiet part of the day and ranks what may have caused them.
tool log_pattern_scan_tool(std::shared_ptr<investigation> about);
/// The same for the program itself. `about` is locked. Throws `error` (no_logs, bad_window)
/// where there is nothing to scan.
scan_report scan_window(investigation& about, timestamp from, std::optional<timestamp> to,
                        std::optional<std::string> call_id);
/// Looks up the catalogue of mitigations for each cause of the finding.
tool propose_mitigations_tool(std::shared_ptr<investigation> about);
/// Makes the postmortem from the finding and the evidence. It replaces an earlier draft and changes nothing
/// else, so a refused draft may simply be made again.
tool draft_postmortem_tool(std::shared_ptr<investigation> about);

}  // namespace stook::sre
