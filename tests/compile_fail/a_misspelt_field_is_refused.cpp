// error: .*servce
// A description names the fields that the struct has.
#include <stook/core/codec.hpp>

struct query {
  std::string service;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(query, (service))
#else
STOOK_DESCRIBE(query, (servce))
#endif

std::string text = stook::to_json_text(query{});
