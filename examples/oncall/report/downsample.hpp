#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include <oncall/postmortem/impact.hpp>
#include <stook/core/time.hpp>

namespace stook::sre::report {

/// The samples that a line drawing of a series needs, as indices into it, by unbroken stretch. Samples
/// outside of the span and NaN are left out, and so a stretch ends where samples are missing for longer than
/// `gap`.
///
/// Of each of `columns` columns of pixels the first, the lowest, the highest and the last sample are kept:
/// the line through them covers the same pixels as the line through all (Jugel, Jerzak, Hackenbroich, Markl,
/// "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014). So an incident of one sample in a
/// month stays visible, which no average would leave.
std::vector<std::vector<std::size_t>> samples_to_draw(std::span<const timestamp> ts,
                                                      std::span<const double> values, const time_span& span,
                                                      std::size_t columns, std::chrono::microseconds gap);

}  // namespace stook::sre::report
