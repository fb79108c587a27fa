#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <stook/tool/tool.hpp>

namespace stook::detail {

/// Which calls of one turn may run together: batches of indices into `tools`, where null stands for a call
/// that does not run. A tool that reads a state key runs after every other one that writes it, even if the
/// model named it first; writers of one key do not wait for each other, for results are merged in call order;
/// a cycle is broken at its first call; a tool that takes the whole state, or an exclusive resource, runs
/// apart from those it conflicts with.
std::vector<std::vector<std::size_t>> plan_calls(std::span<const tool* const> tools);

}  // namespace stook::detail
