#pragma once

#include <vector>

#include <oncall/postmortem/draft_incident.hpp>
#include <oncall/verify/verify.hpp>

namespace stook::sre {

/// What one incident of a document is held against.
struct incident_comparison {
  const postmortem& document;
  std::size_t index = 0;
  const incident& written;
  const incident& found;  ///< the same, written again from the data
  const draft_inputs& inputs;
  const evidence_log& evidence;  ///< run again
};

/// Where the two differ, in what is not the author's to say. See `verify`.
void compare_incident(const incident_comparison& both, std::vector<verification_problem>& problems);

}  // namespace stook::sre
