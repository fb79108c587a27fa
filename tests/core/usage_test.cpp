#include <stook/core/usage.hpp>

#include <doctest/doctest.h>

TEST_CASE("usage adds up field by field") {
  const stook::usage a{.input_tokens = 10, .output_tokens = 5, .cached_input_tokens = 4, .cost_usd = 0.25};
  const stook::usage b{
      .input_tokens = 1, .output_tokens = 2, .cache_write_tokens = 3, .reasoning_tokens = 1, .cost_usd = 0.5};
  const stook::usage sum = a + b;
  CHECK(sum == stook::usage{11, 7, 4, 3, 1, 0.75});
  CHECK(sum.total_tokens() == 18);
}
