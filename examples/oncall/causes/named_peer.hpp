#pragma once

#include <string>
#include <string_view>

namespace stook::sre {

/// What a message says was called in vain: "weather feed" in "call to weather feed timed out after <int> ms"
/// and in "weather feed answered <int>". In lower case, at most four words; empty where the message names
/// nothing, or nothing in particular ("upstream", "the database").
std::string named_peer(std::string_view message);

/// True if the text names it as a whole, whatever its case: "db" is not in "db-proxy".
bool names(std::string_view text, std::string_view name);

}  // namespace stook::sre
