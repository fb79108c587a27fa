#pragma once

#include <vector>

#include <oncall/postmortem/draft_incident.hpp>

/// A finished incident, written again from the data: what a verification compares it with.
namespace stook::sre {

/// The finding that an incident was made of, as far as the document keeps it. The contributors are among the
/// key facts; the window is `of`, whatever the document says.
incident_finding finding_of(const incident& written, const detected_window& of);

/// Where an incident is written again.
struct rebuild_place {
  const draft_inputs& inputs;
  const incident& written;
  std::size_t index = 0;  ///< of the incident in the document
  const detected_window& window;
  evidence_log& log;  ///< what is measured goes here
};

/// The incident that `draft_postmortem` would make of `finding_of(written)`. All that the finding does not
/// decide comes from the inputs; its statements are taken as they stand, whether or not the evidence bears
/// them out. The timeline is the one that the data give by themselves. What a draft would be refused for
/// beyond unsupported statements is added to `problems`.
incident rebuild_incident(const rebuild_place& at, std::vector<draft_problem>& problems);

/// The same of a whole finding that is at hand; what the evidence does not bear out is left out.
incident rebuild_incident(const rebuild_place& at, const incident_finding& found,
                          std::vector<draft_problem>& problems);

}  // namespace stook::sre
