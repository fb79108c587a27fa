#include <stook/tool/toolset.hpp>

#include <doctest/doctest.h>

using stook::tool;
using stook::toolset;

namespace {
tool named(std::string name) {
  return tool(std::move(name), "", stook::pure, [] { return 1; });
}
}  // namespace

TEST_CASE("tools keep their order and are found by name") {
  const toolset all = toolset{named("b"), named("a")} + toolset{named("c")};
  REQUIRE(all.size() == 3);
  CHECK(all.tools()[0].name() == "b");
  CHECK(all.tools()[2].name() == "c");
  CHECK(all.find("a"));
  CHECK_FALSE(all.find("A"));
}

TEST_CASE("defect 16: two tools of one name are refused when the set is made, and change nothing") {
  CHECK_THROWS_WITH_AS((toolset{named("a"), named("a")}),
                       "two tools are named \"a\": a model could not tell them apart", stook::error);
  toolset set{named("a")};
  const toolset more{named("b"), named("a")};
  CHECK_THROWS_AS(set.add(more), stook::error);
  CHECK(set.size() == 1);
}
