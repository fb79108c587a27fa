#pragma once

#include <string_view>

namespace stook::sre {

// What each agent is told: the files instructions/*.md, which CMake puts into the program.

extern const std::string_view coordinator_instructions;
extern const std::string_view profiler_instructions;
extern const std::string_view writer_instructions;

}  // namespace stook::sre
