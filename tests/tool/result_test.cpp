#include <stook/tool/result.hpp>

#include <doctest/doctest.h>

TEST_CASE("a result is a value or a failure") {
  stook::result<int> good = 3;
  REQUIRE(good);
  CHECK(good.value() == 3);
  const stook::result<int> bad = stook::failure{"no_rows", "nothing in this window", "widen it"};
  REQUIRE_FALSE(bad);
  CHECK(bad.why().code == "no_rows");
}

TEST_CASE("a tool result that failed or paused is not ok") {
  stook::tool_result r;
  CHECK(r.ok());
  r.paused = std::make_shared<int>(1);
  CHECK_FALSE(r.ok());
  r.paused = nullptr;
  r.error = stook::failure{"x", "y"};
  CHECK_FALSE(r.ok());
}
