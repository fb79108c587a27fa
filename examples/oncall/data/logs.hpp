#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <oncall/data/columns.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// A column of logs.csv that the pack gives no meaning to.
struct extra_column {
  std::string name;
  text_column values;
};

/// Log rows in ascending order of time (rows of one instant as in the file), stored by column. Every column
/// is as long as `ts`. An empty text and a NaN latency mean that the row did not say.
struct log_table {
  std::vector<timestamp> ts;
  interned_column service, region, level, error_kind, endpoint;
  std::vector<double> latency_ms;
  text_column trace_id, user_id, message;
  std::vector<extra_column> extra;

  std::size_t size() const { return ts.size(); }
};

}  // namespace stook::sre
