#include <stook/models/price_table.hpp>

#include <limits>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>

using stook::price_table;

TEST_CASE("a price is that of the name, or of the longest beginning") {
  price_table prices;
  prices.set("a*", {.input = 1}).set("ab*", {.input = 2}).set("abc", {.input = 3});
  CHECK(prices.find("abc")->input == 3);
  CHECK(prices.find("abcd")->input == 2);
  CHECK(prices.find("ax")->input == 1);
  CHECK_FALSE(prices.find("b").has_value());
  CHECK(prices.cost_usd("b", {.input_tokens = 1'000'000}) == 0);
}

TEST_CASE("each kind of token has its price") {
  price_table prices;
  prices.set("m", {.input = 4, .output = 10, .cached_input = 1, .cache_write = 5});
  CHECK(prices.cost_usd("m", {.input_tokens = 1'000'000,
                              .output_tokens = 100'000,
                              .cached_input_tokens = 500'000,
                              .cache_write_tokens = 100'000}) == doctest::Approx(1.6 + 1.0 + 0.5 + 0.5));
  prices.set("m", {.input = 4, .output = 10});
  CHECK(prices.cost_usd("m", {.input_tokens = 1'000'000, .cached_input_tokens = 500'000}) ==
        doctest::Approx(4));
}

TEST_CASE("a price that is none is refused") {
  price_table prices;
  CHECK_THROWS_AS(prices.set("m", {.input = -1}), stook::error);
  CHECK_THROWS_AS(prices.set("m", {.output = std::numeric_limits<double>::quiet_NaN()}), stook::error);
  CHECK_THROWS_AS(prices.set("m", {.cached_input = std::numeric_limits<double>::infinity()}), stook::error);
}
