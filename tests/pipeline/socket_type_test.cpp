#include <stook/pipeline/socket_type.hpp>

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <stook/core/any_value.hpp>
#include <stook/core/error.hpp>

namespace {

stook::socket_type type(std::string_view text) { return stook::socket_type::parse(text); }
bool passes(std::string_view from, std::string_view to) { return accepts(type(to), type(from)); }

}  // namespace

TEST_CASE("C++ types have names that read as in a file") {
  using stook::socket_type;
  CHECK(socket_type::of<std::vector<std::string>>().text() == "list[string]");
  CHECK(socket_type::of<std::optional<int>>().text() == "int | none");
  CHECK(socket_type::of<std::map<std::string, double>>().text() == "dict[string, float]");
  CHECK(socket_type::of<std::variant<int, std::string>>().text() == "int | string");
  CHECK(socket_type::of<stook::any_value>().is_any());
}

TEST_CASE("spellings of Python are understood") {
  CHECK(type("str | None").text() == "string | none");
  CHECK(type("typing.Optional[typing.List[str]]").text() == "list[string] | none");
  CHECK(type("Union[int, Union[str, int]]").text() == "int | string");
  CHECK(type("dict[str, Any]").text() == "dict[string, any]");
  CHECK(type("int | Any").is_any());
  CHECK(type("haystack.dataclasses.Document").text() == "Document");
  CHECK(type("Callable[[int, str], None] | None").text() == "Callable[arguments[int, string], none] | none");
  CHECK(type("Literal['a', \"b\"]").text() == "Literal['a', \"b\"]");
  CHECK(type("tuple[int, ...]").text() == "tuple[int, ...]");
  for (const char* broken : {"", "list[", "list[int", "int |", "]", "int int", "'open"}) {
    CAPTURE(broken);
    CHECK_THROWS_AS(type(broken), stook::error);
  }
  CHECK_THROWS_AS(type(std::string(5000, '[')), stook::error);
}

TEST_CASE("what may pass into what") {
  CHECK(passes("int", "int"));
  CHECK(passes("int", "Any"));
  CHECK_FALSE(passes("Any", "int"));
  CHECK(passes("bool", "int"));
  CHECK_FALSE(passes("int", "float"));
  CHECK(passes("str", "str | None"));
  CHECK_FALSE(passes("str | None", "str"));
  CHECK(passes("int | str", "str | int | None"));
  CHECK(passes("list[int]", "list"));
  CHECK_FALSE(passes("list", "list[int]"));
  CHECK(passes("list[int]", "list[int | str]"));
  CHECK(passes("dict[str, int]", "dict[str, Any]"));
  CHECK(passes("Literal['a']", "Literal['a', 'b']"));
  CHECK_FALSE(passes("Literal['a']", "str"));
}
