#pragma once

#include <string>
#include <string_view>

// Programs that count text in units of UTF-16 cut it between the two halves of a pair, and write each half as
// an escape into the JSON of its piece. Neither piece is a text then, and both together are.

namespace stook::models {

/// JSON text with each escape of half a pair replaced by the three bytes that it would be as a character of
/// its own, which is no UTF-8. What is no such escape stays.
std::string halves_as_bytes(std::string_view json_text);

/// Puts halves together that stand side by side, as `halves_as_bytes` wrote them.
void join_halves(std::string& text);

}  // namespace stook::models
