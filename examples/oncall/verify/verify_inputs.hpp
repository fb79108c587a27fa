#pragma once

#include <vector>

#include <oncall/verify/verify.hpp>

namespace stook::sre {

/// Holds the digests and rows of a document's inputs against those of the files. In `reports`, which are
/// about the same files, a path becomes the document's: a file may be moved.
void verify_inputs(const postmortem& document, const investigation& about, std::vector<input_report>& reports,
                   std::vector<verification_problem>& problems);

}  // namespace stook::sre
