#pragma once

#include <string>

#include <doctest/doctest.h>

namespace stook_test {

/// doctest 2.4.9 compares Contains with its own string only.
inline doctest::String for_doctest(const std::string& text) { return {text.c_str()}; }

}  // namespace stook_test
