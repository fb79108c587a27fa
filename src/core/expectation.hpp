#pragma once

#include <string>

#include <stook/core/type_desc.hpp>

namespace stook::detail {

/// "an integer from 1 to 1440", for errors.
std::string expectation(const type_desc& type, const field_rules& rules);

/// JSON text of a value that would do; empty where none comes to mind.
std::string example_of(const type_desc& type, const field_rules& rules);

}  // namespace stook::detail
