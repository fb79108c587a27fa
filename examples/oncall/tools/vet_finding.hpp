#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <oncall/postmortem/document.hpp>
#include <oncall/postmortem/finding.hpp>
#include <oncall/tools/investigation.hpp>

namespace stook::sre {

/// A finding in which nothing is left that the code cannot back, and what was taken out of it.
struct vetted_finding {
  finding found;
  std::vector<std::string> dropped{};  ///< one sentence each: what was left out or replaced, and why
};

/// Holds a finding, which a language model may have written, against what the code has established itself:
/// - a verdict or windows that contradict the detector, and a hypothesis, service, mechanism or trigger that
///   does not rank among the causes of its window, are replaced by those of the rules; a choice among causes
///   that rank close stands. Confidence is at most that of the cause, its share is the code's;
/// - a sentence that reads like an instruction, repeats a line that does, holds markup or an address, names a
///   service that showed nothing in the window, or names what the evidence that it cites does not (see
///   `known_names`), is replaced by the rules' own, or dropped where there is none.
///
/// A window that nobody has scanned the logs for is scanned now. `about` must hold a detection, and be
/// locked.
vetted_finding vet_finding(investigation& about, finding found);

/// Rows for the timeline that hold by the same rules; what was left out goes into `dropped`.
std::vector<timeline_row> vet_timeline(investigation& about, std::vector<timeline_row> rows,
                                       std::vector<std::string>& dropped);

}  // namespace stook::sre
