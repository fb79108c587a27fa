#pragma once

#include <chrono>

#include <oncall/postmortem/impact.hpp>
#include <stook/core/time.hpp>

namespace stook_test {

inline const stook::timestamp midnight = stook::parse_timestamp("2026-01-15T00:00:00Z")->value;
inline stook::timestamp at_minute(int m) { return midnight + std::chrono::minutes(m); }
inline const stook::sre::time_span whole_day{midnight, midnight + std::chrono::hours(24)};

}  // namespace stook_test
