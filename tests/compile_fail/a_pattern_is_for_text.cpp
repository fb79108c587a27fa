// error: .*matching and one_of are for strings
// A pattern is for text: a rule fits the type of its field.
#include <stook/core/codec.hpp>

struct query {
  int service = 0;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(query, (service, "", stook::between{1, 5}))
#else
STOOK_DESCRIBE(query, (service, "", stook::matching{"a"}))
#endif

std::string text = stook::to_json_text(query{});
