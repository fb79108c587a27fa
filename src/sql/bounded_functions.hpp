#pragma once

#include <stook/sql/fwd.hpp>

#include "sql/watch.hpp"

namespace stook::sqlite {

/// Replaces the built-in text functions that one call, or the few hundred calls between two looks of the
/// progress handler at the clock, can keep busy for seconds or minutes. Same meaning, but
///   printf, format      width and precision at most 1000, where '%.*c' makes a gigabyte
///   trim, ltrim, rtrim  a set of characters, where the built-in compares with each
///   instr, replace      a linear search, where the built-in tries every place
///   like, glob          ask `over_queries`: quadratic within the limits of text and pattern
/// `over_queries` must outlive the connection.
void add_bounded_functions(database& db, watch& over_queries);

}  // namespace stook::sqlite
