// error: no matching function
// from_json() reads described types only.
#include <boost/json/value.hpp>
#include <stook/core/codec.hpp>

struct query {
  std::string service;
};
#ifdef STOOK_RIGHT
STOOK_DESCRIBE(query, (service))
#endif

query q = stook::from_json<query>(boost::json::value{});
