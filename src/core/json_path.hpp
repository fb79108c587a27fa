#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stook::detail {

/// Texts from outside in messages: whole characters only, and no more than this many bytes of them.
inline constexpr std::size_t longest_excerpt = 60;
std::string excerpt(std::string_view text);

/// Steps of a path as messages show it: `labels[1].value`, and `["a.b"]` for a key that is not a plain name.
void append_key(std::string& path, std::string_view key);
void append_index(std::string& path, std::size_t index);

}  // namespace stook::detail
