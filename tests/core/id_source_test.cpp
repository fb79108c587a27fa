#include <stook/core/id_source.hpp>

#include <set>

#include <doctest/doctest.h>

TEST_CASE("the same seed gives the same identifiers") {
  stook::id_source a(7), b(7), c(8);
  const std::string first = a.next("run_");
  CHECK(first == b.next("run_"));
  CHECK(first != c.next("run_"));
  CHECK(a.fork() == b.fork());
}

TEST_CASE("an identifier is its prefix and 16 hexadecimal digits") {
  const std::string id = stook::id_source(1).next("call_");
  CHECK(id.size() == 21);
  CHECK(id.substr(0, 5) == "call_");
  CHECK(id.find_first_not_of("0123456789abcdef", 5) == std::string::npos);
}

TEST_CASE("identifiers without a seed do not repeat, within a source and across sources") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    stook::id_source source;
    for (int j = 0; j < 100; ++j) seen.insert(source.next(""));
  }
  CHECK(seen.size() == 10'000);
}
