#pragma once

#include <string_view>

#include <oncall/causes/mechanism.hpp>

namespace stook::sre {

/// What a change of settings is about, by the words of its description: of "pool.max 10, was 50" the
/// connection pool. `bad_change` where they do not tell.
mechanism mechanism_of_change(std::string_view detail);

}  // namespace stook::sre
