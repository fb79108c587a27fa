#pragma once

#include <cstddef>
#include <filesystem>

namespace analytics {

enum class shape {
  whole,   ///< the ten columns of `oncall generate`, some 160 bytes a row
  narrow,  ///< seven of them, with the path of the request as the message, some 80 bytes a row
};

/// Writes a CSV file of so many rows in ascending order of time: days of the generator with seeds 1, 2, ...,
/// laid over each other, so a tenth of the rows' day is the incident however many rows there are.
void write_logs(const std::filesystem::path& file, std::size_t rows, shape columns);

}  // namespace analytics
