#pragma once

#include <span>
#include <vector>

namespace stook::sre {

/// The percentiles of some values, by nearest rank: for a share s of n values the ceil(s * n)-th in order, as
/// DuckDB's quantile_disc has it. Values that are not finite are passed over; without values all are 0.
/// Exact: the values are counted by exponent and leading bits, and only what shares those of a rank is put in
/// order.
std::vector<double> percentiles(std::span<const double> values, std::span<const double> shares);

}  // namespace stook::sre
