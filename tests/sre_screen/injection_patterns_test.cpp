#include <oncall/screen/injection_patterns.hpp>

#include <doctest/doctest.h>

#include <stook/core/literal_set.hpp>

using namespace stook::sre;

TEST_CASE("every pattern has a kind, and every literal can be looked for") {
  for (const injection_pattern& p : injection_patterns()) {
    CAPTURE(p.finds);
    CHECK_FALSE(p.kind.empty());
    CHECK_FALSE(p.finds.empty());
  }
  CHECK_FALSE(stook::literal_set{injection_literals()}.occurs_in("all is well"));
  CHECK(stook::literal_set(rot13_literals()).occurs_in("vtaber"));
  CHECK(stook::literal_set(reversed_literals()).occurs_in("erongi"));
  CHECK(stook::literal_set(digit_letter_literals()).occurs_in("1gn0re"));
}
