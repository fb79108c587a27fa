#include <stook/core/type_desc.hpp>

#include <doctest/doctest.h>

namespace {

enum class colour : std::uint8_t { red = 3, green = 200 };
BOOST_DESCRIBE_ENUM(colour, red, green)

struct pixel {
  colour c = colour::green;
  std::vector<pixel> more;
};
STOOK_DESCRIBE(pixel, (c, "its colour"), (more))

struct secret {};

}  // namespace

using stook::describable;
using stook::detail::rule_target;
using stook::detail::type_kind;
using stook::detail::type_of;

TEST_CASE("what has a JSON form is known at compile time, elements included") {
  CHECK(describable<pixel>);
  CHECK(describable<stook::json>);
  CHECK(describable<std::map<std::string, std::variant<int, colour>>>);
  CHECK_FALSE(describable<secret>);
  CHECK_FALSE(describable<std::vector<secret>>);
  CHECK_FALSE(describable<std::optional<secret>>);
  CHECK_FALSE(describable<std::variant<int, secret>>);
  CHECK_FALSE(describable<std::map<int, int>>);
  CHECK_FALSE(describable<const char*>);
}

TEST_CASE("the table of a struct names its fields, their types and their places") {
  const auto& type = type_of<pixel>();
  REQUIRE(type.kind == type_kind::object);
  REQUIRE(type.count == 2);
  CHECK(type.fields[0].name == "c");
  CHECK(type.fields[0].rules.text == "its colour");
  const pixel p;
  CHECK(type.fields[0].in(&p) == &p.c);
  CHECK(&type.fields[1].type().element() == &type);
  CHECK(type.name.ends_with("pixel"));
}

TEST_CASE("the table of an enumeration has its names and values") {
  const auto& type = type_of<colour>();
  REQUIRE(type.count == 2);
  CHECK(type.enumerators[1].name == "green");
  CHECK(type.enumerators[1].value == 200);
  CHECK(type.size == 1);
  CHECK_FALSE(type.is_signed);
}

TEST_CASE("a rule is for a type or for the elements of a container") {
  CHECK(rule_target<std::vector<std::optional<int>>>::number);
  CHECK(rule_target<std::map<std::string, std::string>>::text);
  CHECK(rule_target<std::variant<int, std::string>>::text);
  CHECK(rule_target<std::vector<pixel>>::sized);
  CHECK_FALSE(rule_target<std::string>::number);
  CHECK_FALSE(rule_target<bool>::number);
  CHECK_FALSE(rule_target<stook::timestamp>::number);
  CHECK_FALSE(rule_target<int>::sized);
  CHECK_FALSE(rule_target<pixel>::sized);
  CHECK_FALSE(rule_target<stook::json>::text);
}
