#pragma once

#include <oncall/causes/causes.hpp>

namespace stook::sre {

/// Fills in statement, falsifier and check from the rest of the hypothesis.
void word(ranked_cause& h, const log_scan& scan);

}  // namespace stook::sre
