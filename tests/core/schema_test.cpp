#include <stook/core/schema.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace here {
struct node {
  std::vector<node> children;
};
STOOK_DESCRIBE(node, (children))
}  // namespace here

namespace there {
struct node {
  std::optional<int> n;
  std::map<std::string, node> children;
};
STOOK_DESCRIBE(node, (n), (children))
}  // namespace there

namespace {

template <typename T>
struct tree {
  T value{};
  std::vector<tree> children;
};
using text_tree = tree<std::string>;
STOOK_DESCRIBE(text_tree, (value), (children))

struct forest {
  here::node a;
  there::node b;
  text_tree c;
};
STOOK_DESCRIBE(forest, (a), (b), (c))

struct ruled {
  std::uint8_t level = 0;
  std::uint8_t from_one = 1;
  double share = 0.5;
  std::vector<std::string> names;
  std::optional<std::string> zone;
  std::vector<std::optional<int>> holes;
  std::variant<int, std::string> either;
  stook::timestamp at;
  stook::json any;
  std::monostate none;
};
STOOK_DESCRIBE(ruled, (level, "", stook::at_least{-5}), (from_one, "", stook::at_least{1}),
               (share, "part of the whole", stook::between{0, 0.5}, stook::defaulted),
               (names, "", stook::length{1, 3}, stook::one_of{"eu", "us"}),
               (zone, "", stook::example{"\"eu\""}, stook::length{2, 9}), (holes), (either), (at), (any),
               (none))

struct bad_example {
  std::string region;
};
STOOK_DESCRIBE(bad_example, (region, "", stook::example{"eu"}))

std::string property(std::string_view name) {
  return stook::dump_json(stook::schema_of<ruled>().at("properties").at(name));
}

}  // namespace

TEST_CASE("each rule has its keyword, those of a container stand with the elements") {
  CHECK(property("level") == R"({"type":"integer","minimum":0})");
  CHECK(property("from_one") == R"({"type":"integer","minimum":1})");
  CHECK(property("share") ==
        R"({"type":"number","minimum":0,"maximum":0.5,"description":"part of the whole","default":0.5})");
  CHECK(property("names") ==
        R"({"type":"array","items":{"type":"string","enum":["eu","us"]},"minItems":1,"maxItems":3})");
  CHECK(property("zone") == R"({"type":"string","minLength":2,"maxLength":9,"examples":["eu"]})");
  CHECK(property("holes") == R"({"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"null"}]}})");
  CHECK(property("either") == R"({"anyOf":[{"type":"integer"},{"type":"string"}]})");
  CHECK(property("at") == R"({"type":"string","format":"date-time"})");
  CHECK(property("any") == "{}");
  CHECK(property("none") == R"({"type":"null"})");
}

TEST_CASE("a root that contains itself is still an object at the root, and hides what it must") {
  const auto schema = stook::schema_of<there::node>();
  CHECK(schema.at("type") == "object");
  CHECK(schema.at("$defs").at("node").at("type") == "object");
  constexpr std::string_view hidden[] = {"n"};
  const auto less = stook::detail::schema_of(stook::detail::type_of<there::node>(), hidden);
  CHECK_FALSE(less.at("properties").as_object().contains("n"));
}

TEST_CASE("types of one name do not share a definition, and names need no escape in a reference") {
  const auto schema = stook::schema_of<forest>();
  const auto& defs = schema.at("$defs").as_object();
  REQUIRE(defs.size() == 3);
  CHECK(stook::dump_json(schema.at("properties").at("a")) == R"({"$ref":"#/$defs/node"})");
  CHECK(stook::dump_json(schema.at("properties").at("b")) == R"({"$ref":"#/$defs/node_2"})");
  CHECK(stook::dump_json(schema.at("properties").at("c")) == R"({"$ref":"#/$defs/tree"})");
  CHECK(stook::dump_json(defs.at("node_2")).find("#/$defs/node_2") != std::string::npos);
}

TEST_CASE("an example that is not JSON text is a configuration error that names the field") {
  CHECK_THROWS_WITH_AS(stook::schema_of<bad_example>(),
                       doctest::Contains("bad_example.region is not JSON text"), stook::error);
}
