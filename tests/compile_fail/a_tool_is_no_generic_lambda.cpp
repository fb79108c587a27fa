// error: a tool is made of a function, or of a lambda whose parameters are not .auto.
// The parameter types are the schema.
#include <stook/stook.hpp>

#ifdef STOOK_RIGHT
stook::tool t{"double", "", {.parameters = {{"n"}}}, [](int n) { return 2 * n; }};
#else
stook::tool t{"double", "", {.parameters = {{"n"}}}, [](auto n) { return 2 * n; }};
#endif
