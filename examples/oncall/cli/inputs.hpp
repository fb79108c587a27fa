#pragma once

#include <vector>

#include <oncall/cli/terminal.hpp>
#include <oncall/data/input_report.hpp>

namespace stook::sre::cli {

/// Says what could not be used of the inputs, with file and line; nothing about files that are fine.
void say_what_was_odd(const std::vector<input_report>& reports, terminal& to);

}  // namespace stook::sre::cli
