#pragma once

#include <string>

#include <stook/core/describe.hpp>

namespace stook::detail {

/// What an agent takes as a tool where its author described nothing else.
struct plain_task {
  std::string task;
};
STOOK_DESCRIBE(plain_task,
               (task, "What to do, complete in itself: the agent knows nothing of this conversation"))

}  // namespace stook::detail
