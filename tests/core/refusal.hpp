#pragma once

#include <string>
#include <string_view>

#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook_test {

/// What reading `text` as a T says is wrong with it, or "none".
template <typename T>
std::string refusal_of(std::string_view text) {
  try {
    stook::from_json<T>(stook::parse_json(text));
    return "none";
  } catch (const stook::error& e) {
    return e.what();
  }
}

}  // namespace stook_test
