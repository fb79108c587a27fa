#include <stook/tool/effect.hpp>

#include <doctest/doctest.h>
#include <stook/tool/tool.hpp>

TEST_CASE("effects have their names") {
  CHECK(to_string(stook::pure) == "pure");
  CHECK(to_string(stook::reads) == "read");
  CHECK(to_string(stook::keyed) == "keyed");
  CHECK(to_string(stook::once) == "once");
}

TEST_CASE("a tool that does not say changes the world each time") {
  const stook::tool t("restart", "", [] {});
  CHECK(t.options().effect == stook::once);
}
