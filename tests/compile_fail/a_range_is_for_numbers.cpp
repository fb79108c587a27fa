// error: .*between are for numbers
// A rule fits the type of its field.
#include <stook/core/codec.hpp>

struct query {
  std::string service;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(query, (service, "", stook::length{1, 5}))
#else
STOOK_DESCRIBE(query, (service, "", stook::between{1, 5}))
#endif

std::string text = stook::to_json_text(query{});
