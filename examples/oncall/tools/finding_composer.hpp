#pragma once

#include <vector>

#include <oncall/postmortem/finding.hpp>
#include <oncall/tools/reports.hpp>

namespace stook::sre {

/// How far a signal must exceed what is usual before a sentence is made of it. A ranked cause may rest on
/// less: its ranking has weighed how likely chance is.
inline constexpr double told_lift = 4;

confidence_level level_of(cause_confidence_level level);

/// Puts a finding together from what the tools have answered: one incident for each window, its hypothesis
/// the best-ranked cause of that window's scan. A window whose scan names no cause makes an incident without
/// a known service. Pure; every sentence quotes the results that it cites.
finding compose_finding(const detection_report& detected, const std::vector<scan_report>& scans);

}  // namespace stook::sre
