#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace stook::sre::report {

/// The files of this directory that people edit, as they were when the program was built.
std::string_view page_template();
std::string_view page_style();
/// Each file in partials/, as "partial_refs" and its text: a partial must not be named as something on the
/// page is.
std::vector<std::pair<const char*, std::string_view>> page_partials();

}  // namespace stook::sre::report
