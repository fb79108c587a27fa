#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <stook/core/time.hpp>

namespace stook::sre {

/// One metric over time. A NaN is a sample that is missing.
struct metric_series {
  std::string name;
  std::vector<double> values;
};

/// Metrics that share one time axis: `ts` ascends without repeats, and every series is as long as `ts`.
struct metrics_table {
  std::vector<timestamp> ts;
  std::vector<metric_series> series;
};

/// The series of that name, or null. The pointer is into `table`.
const metric_series* find_series(const metrics_table& table, std::string_view name);

}  // namespace stook::sre
