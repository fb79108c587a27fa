#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <stook/core/digest.hpp>

#include "case.hpp"

namespace stook_test {

inline evidence_item& evidence_by(postmortem& document, std::string_view tool) {
  for (evidence_item& item : document.evidence) {
    if (item.tool == tool) return item;
  }
  throw std::runtime_error("the document has no evidence of this tool");
}

using test::has;

inline bool rests_on(const std::optional<verification_problem>& problem, std::string_view claim) {
  return problem &&
         std::find(problem->rested_on.begin(), problem->rested_on.end(), claim) != problem->rested_on.end();
}

/// The document says so itself: result, digest and count fit each other.
inline void seal(evidence_item& item) { item.result_digest = stook::sha256_hex(canonical_json(item.result)); }

}  // namespace stook_test
