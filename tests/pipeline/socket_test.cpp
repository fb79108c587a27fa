#include <stook/pipeline/socket.hpp>

#include <doctest/doctest.h>

TEST_CASE("a variadic field is read like a list, a greedy one like a pointer") {
  const stook::variadic<int> all{{1, 2, 3}};
  int sum = 0;
  for (const int v : all.values) sum += v;
  CHECK(sum == 6);
  CHECK(all.size() == 3);
  CHECK(all[1] == 2);
  CHECK_FALSE(all.empty());
  const stook::greedy<std::string> first{"x"};
  CHECK(*first == "x");
  CHECK(first->size() == 1);
}
