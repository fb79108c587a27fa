#include <oncall/mitigation/mechanism.hpp>

#include <doctest/doctest.h>

using namespace stook::sre;

TEST_CASE("mechanisms are found by their whole name only") {
  CHECK(mechanism_named("lock_contention") == failure_mechanism::lock_contention);
  CHECK_FALSE(mechanism_named("lock"));
  CHECK_FALSE(mechanism_named(""));
  CHECK(name(failure_mechanism::bad_change) == "bad_change");
  CHECK(name(trigger_kind::deploy) == "deploy");
  CHECK(words(failure_mechanism::cache_miss_storm) == "cache miss storm");
}
