// error: a tool takes one described struct or plain parameters from the model
// A schema can only be derived from fields that someone described.
#include <stook/stook.hpp>

struct query {
  std::string service;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(query, (service))
#endif

stook::tool t{"logs", "Read logs.", stook::reads, [](query q) { return q.service; }};
