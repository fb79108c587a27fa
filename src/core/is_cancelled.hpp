#pragma once

#include <stook/core/fwd.hpp>

namespace stook::detail {

/// True if the coroutine that asks was cancelled.
task<bool> is_cancelled();

}  // namespace stook::detail
