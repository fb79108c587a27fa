#pragma once

#include <cstddef>
#include <vector>

namespace stook::sre {

/// Cells [first, last) of a grid.
struct cell_range {
  std::size_t first;
  std::size_t last;
};

/// Where every metric reads zero for at most `longest` cells: a failed scrape writes zeros for all, latency
/// included, and is over soon. Where it lasts, it may be that nobody could ask any more. `values` is by
/// series, each equally long; NaN is missing. Says nothing where fewer than two of the metrics are otherwise
/// above zero all the time, for there a zero is a value like others, and where a quarter of the cells would
/// go. In ascending order. O(cells * series).
std::vector<cell_range> find_failed_scrapes(const std::vector<std::vector<double>>& values,
                                            std::size_t longest);

}  // namespace stook::sre
