#pragma once

#include <string_view>

namespace stook {

/// What a second call of a tool does to the world, and so what may be done after a failure or a crash.
enum class effect : unsigned char {
  pure,   ///< computes from its arguments alone; may be repeated and cached
  read,   ///< reads the world; may be repeated
  keyed,  ///< changes the world, once per idempotency key (`run_context::call_key`)
  once,   ///< changes the world each time; never repeated by the library
};

inline constexpr effect pure = effect::pure;
inline constexpr effect reads = effect::read;
inline constexpr effect keyed = effect::keyed;
inline constexpr effect once = effect::once;

std::string_view to_string(effect e);

}  // namespace stook
