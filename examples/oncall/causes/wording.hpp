#pragma once

#include <cstdint>
#include <string>

#include <oncall/causes/causes.hpp>

namespace stook::sre {

/// "once", "3 times".
std::string times_text(std::int64_t count);

/// How many lines the quiet rate gives, after their count: "none is usual", "almost none (0.11) is usual",
/// "about 27 are usual".
std::string usual_text(double lines);

/// Fills in statement, falsifier and check from the rest of the hypothesis.
void word(ranked_cause& h, const log_scan& scan);

}  // namespace stook::sre
