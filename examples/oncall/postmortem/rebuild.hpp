#pragma once

#include <vector>

#include <oncall/postmortem/draft_incident.hpp>

/// A finished incident, written again from the data: what a verification compares it with.
namespace stook::sre {

/// The finding that an incident was made of, as far as the document keeps it. The contributors are among the
/// key facts; the window is `of`, whatever the document says.
incident_finding finding_of(const incident& written, const detected_window& of);

/// The incident that `draft_postmortem` would make of that finding. All that the finding does not decide comes
/// from `inputs`; statements of the finding are taken as they stand, whether or not the evidence bears them
/// out. Measures into `log`. The timeline is the one that the data give by themselves. What a draft would be
/// refused for beyond unsupported statements is added to `problems`.
incident rebuild_incident(const draft_inputs& inputs, const incident& written, std::size_t index,
                          const detected_window& window, evidence_log& log,
                          std::vector<draft_problem>& problems);

}  // namespace stook::sre
