#pragma once

#include <stook/core/json.hpp>

namespace stook::detail {

/// Removes the keyword `format` of a schema and of those in it: the library that checks values judges formats
/// with expressions of its own, on text of any length.
void remove_formats(json& schema);

/// True if a schema or one in it has the keyword `pattern` or `patternProperties`.
bool has_pattern(const json& schema);

}  // namespace stook::detail
