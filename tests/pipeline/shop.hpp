#pragma once

#include <string>

#include <stook/core/describe.hpp>

/// A component of a user's own: a described struct, its parameter and what it runs on.
namespace shop {

struct ticket {
  std::string kind;
  int score = 0;
};
STOOK_DESCRIBE(ticket, (kind), (score, "", stook::between{0, 10}))

struct triage {
  int limit = 5;
  std::string run(ticket t) const { return t.score > limit ? "now" : "later"; }
};
STOOK_DESCRIBE(triage, (limit))

}  // namespace shop
