#pragma once

#include <deque>
#include <vector>

#include <oncall/verify/verify.hpp>

namespace stook::sre {

/// Holds what a document says of its data's quality against what the data give, and clocks that it calls fast
/// against the scans among `items`.
void verify_quality(const data_quality& written, const data_quality& found,
                    const std::deque<evidence_item>& items, std::vector<verification_problem>& problems);

}  // namespace stook::sre
