#include <oncall/eval/scenario.hpp>

#include <set>

#include <doctest/doctest.h>

using namespace stook::sre;
using namespace stook::sre::eval;

TEST_CASE("there are at least twelve kinds of days with a fault, under names of their own") {
  std::set<std::string_view> names;
  int faults = 0;
  for (const scenario& s : scenarios()) {
    CHECK(names.insert(s.name).second);
    CHECK(find_scenario(s.name) == &s);
    CHECK_FALSE(s.what.empty());
    faults += s.quiet() ? 0 : 1;
  }
  CHECK(faults >= 12);
  CHECK(names.size() > static_cast<std::size_t>(faults));
  CHECK(find_scenario("no such day") == nullptr);
}

TEST_CASE("every mechanism that the catalogue knows is the cause of some day") {
  std::set<stook::sre::mechanism> caused;
  for (const scenario& s : scenarios()) {
    for (const auto& f : s.faults) {
      if (f) caused.insert(f->means);
    }
  }
  for (const auto m : {mechanism::connection_pool_exhaustion, mechanism::lock_contention,
                       mechanism::resource_leak, mechanism::bad_change, mechanism::cache_miss_storm,
                       mechanism::traffic_surge, mechanism::network_fault, mechanism::external_dependency})
    CHECK(caused.contains(m));
}

TEST_CASE("the strengths of faults go from all of it down to 15 %") {
  CHECK(amplitudes.front() == 1.0);
  CHECK(amplitudes.back() == 0.15);
}
