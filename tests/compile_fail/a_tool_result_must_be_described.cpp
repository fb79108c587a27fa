// error: what a tool returns must be described with STOOK_DESCRIBE
// A model reads the result as JSON.
#include <stook/stook.hpp>

struct row {
  int n = 0;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(row, (n))
#endif

stook::tool t{"count", "Count rows.", stook::reads, [] { return row{1}; }};
