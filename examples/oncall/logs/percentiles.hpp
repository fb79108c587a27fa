#pragma once

#include <span>
#include <vector>

namespace stook::sre {

/// The percentiles of some values, by nearest rank: for a share s of n values the ceil(s * n)-th in order, as
/// DuckDB's quantile_disc has it. Values that are not finite are passed over; without values all are 0. Exact, and
/// two passes over the values where they spread over their range: they are counted in 4,096 equal parts of it, and
/// only what lies in the part of a rank is put in order. O(n) in any case.
std::vector<double> percentiles(std::span<const double> values, std::span<const double> shares);

}  // namespace stook::sre
