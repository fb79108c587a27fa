#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <oncall/detect/suspects.hpp>

namespace stook::sre {

/// The sample at which a surge of traffic began that is over where `fall` begins: the traffic had risen in
/// one step before, by at least 0.6 of what it falls, and falls back to where it was until then. Before the
/// rise it was there for as long as the surge was to last, so that an outage behind an outage is none of
/// these. `width` samples make a level. Nothing if there was no such rise.
std::optional<std::size_t> surge_that_ends(std::span<const double> traffic, const suspect& fall,
                                           std::size_t width);

}  // namespace stook::sre
