#include <stook/pipeline/component.hpp>

#include <doctest/doctest.h>

#include <map>

#include "errors.hpp"

namespace {

struct in {
  int plain = 0;
  std::optional<int> maybe;
  int defaulted = 3;
  stook::variadic<std::string> all;
  stook::greedy<int> first;
  std::shared_ptr<const std::string> shared;
  stook::any_value anything;
};
STOOK_DESCRIBE(in, (plain), (maybe), (defaulted, "", stook::defaulted), (all), (first), (shared), (anything))

struct out {
  int always = 0;
  std::optional<std::string> sometimes;
};
STOOK_DESCRIBE(out, (always), (sometimes))

struct twice {
  stook::sockets declare() const { return {{{.name = "a"}, {.name = "a"}}, {}}; }
  void run(const stook::socket_values&, stook::socket_results&) const {}
};

}  // namespace

TEST_CASE("the fields of a described struct say what its sockets are") {
  const stook::component c("c", [](in) { return out{}; });
  REQUIRE(c.inputs().size() == 7);
  const auto& i = c.inputs();
  CHECK((i[0].mandatory && i[0].type.text() == "int"));
  CHECK((!i[1].mandatory && i[1].type.text() == "int | none"));
  CHECK(!i[2].mandatory);
  CHECK((i[3].joining == stook::joining::lazy && i[3].type.text() == "string"));
  CHECK((i[4].joining == stook::joining::greedy && i[4].type.text() == "int"));
  CHECK(i[5].type.text() == "string");
  CHECK(i[6].type.is_any());
  REQUIRE(c.outputs().size() == 2);
  CHECK(c.outputs()[1].type.text() == "string");
}

TEST_CASE("any other type is one socket named value, and a function may have none") {
  const stook::component c("c", [](int) { return std::string(); });
  CHECK(c.inputs().at(0).name == "value");
  CHECK(c.outputs().at(0).name == "value");
  const stook::component nothing("n", [] {});
  CHECK(nothing.inputs().empty());
  CHECK(nothing.outputs().empty());
}

TEST_CASE("a socket that is declared twice is refused") {
  CHECK(code_of([] { stook::component("c", twice{}); }) == "socket_name");
}
