#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/core/fwd.hpp>

namespace stook::sre {

/// A place at which two JSON values differ.
struct difference {
  std::string path;     ///< "incidents[0].impact.duration_s"
  std::string written;  ///< short JSON text of the document's value; empty: it has none
  std::string found;    ///< the same of what the data give
  /// What the innermost object around the place cites, as the document has it.
  std::vector<std::string> evidence{};
};

/// Called with each pair of values on the way; true: leave it out.
using skip_path = std::function<bool(std::string_view path)>;

/// Where `written` differs from `found`, at most `most` places. Numbers are equal within a relative 1e-9:
/// shortest texts of doubles read back the same, other machines may round the last bit otherwise.
std::vector<difference> differences(const json& written, const json& found, const std::string& path,
                                    std::size_t most, const skip_path& skip = {});

/// JSON text for a sentence, in one line of bounded length; strings without quotes.
std::string shown(const json& value);

}  // namespace stook::sre
