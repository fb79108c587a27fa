#pragma once

#include <cstddef>
#include <vector>

#include <oncall/cli/terminal.hpp>
#include <oncall/data/input_report.hpp>

namespace stook::sre::cli {

/// Says what could not be used of the inputs, with file and line; nothing about files that are fine.
void say_what_was_odd(const std::vector<input_report>& reports, terminal& to);
/// The same of one kind of oddity: an index of `report.issues`.
void say_what_was_odd(const input_report& report, std::size_t kind, terminal& to);

}  // namespace stook::sre::cli
