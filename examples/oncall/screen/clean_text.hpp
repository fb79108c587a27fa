#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stook::sre {

/// Text of telemetry made fit for a report: valid UTF-8, each control character (bidirectional overrides
/// included) a blank, at most about `bytes` long. What is cut off ends in an ellipsis and never inside a
/// character.
std::string clean_text(std::string_view text, std::size_t bytes);

}  // namespace stook::sre
