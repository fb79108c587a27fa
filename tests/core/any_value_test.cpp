#include <stook/core/any_value.hpp>

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

namespace {

struct point {
  int x = 0, y = 0;
};
STOOK_DESCRIBE(point, (x), (y))

struct handle {
  int fd = -1;
};

}  // namespace

TEST_CASE("a value is what was put in, and nothing else") {
  const auto v = stook::any_value::of(point{1, 2});
  REQUIRE(v.get_if<point>());
  CHECK(v.get_if<point>()->y == 2);
  CHECK(v.get_if<int>() == nullptr);
  CHECK(stook::to_json_text(v) == R"({"x":1,"y":2})");
  CHECK(stook::to_json(v).at("x") == 1);
}

TEST_CASE("an empty value is null") {
  const stook::any_value v;
  CHECK_FALSE(v.has_value());
  CHECK(v.has_json_form());
  CHECK(v.get_if<int>() == nullptr);
  CHECK(stook::to_json_text(v) == "null");
}

TEST_CASE("copies share one object, which outlives the first holder") {
  stook::any_value copy;
  const point* object = nullptr;
  {
    const auto v = stook::any_value::of(point{3, 4});
    object = v.get_if<point>();
    copy = v;
  }
  CHECK(copy.get_if<point>() == object);
  CHECK(copy.get_if<point>()->x == 3);
}

TEST_CASE("a number lies in its holder: copies, moves and shared objects have the same value") {
  auto v = stook::any_value::of(2.5);
  const stook::any_value copy = v;
  CHECK(copy.get_if<double>() != v.get_if<double>());
  CHECK(*copy.get_if<double>() == 2.5);

  std::shared_ptr<const double> shared;
  {
    const stook::any_value moved = std::move(v);
    CHECK_FALSE(v.has_value());
    CHECK(*moved.get_if<double>() == 2.5);
    shared = moved.share_as<double>();
    CHECK(moved.share_as<int>() == nullptr);
  }
  CHECK(*shared == 2.5);
}

TEST_CASE("assignment replaces an object by a number, a number by an object, and a value by itself") {
  auto v = stook::any_value::of(std::string("text"));
  const std::weak_ptr<const std::string> watch = v.share_as<std::string>();
  v = stook::any_value::of(true);
  CHECK(watch.expired());
  CHECK(*v.get_if<bool>());

  v = stook::any_value::of(std::string("more"));
  const stook::any_value& same = v;
  v = same;
  CHECK(*v.get_if<std::string>() == "more");
  v = {};
  CHECK_FALSE(v.has_value());
  CHECK(v.data() == nullptr);
}

TEST_CASE("a shared number is the owner's") {
  auto owner = std::make_shared<const int>(7);
  const auto v = stook::any_value::share(owner, stook::detail::type_of<int>());
  CHECK(v.get_if<int>() == owner.get());
  CHECK(v.share_as<int>() == owner);
  CHECK(stook::to_json_text(stook::any_value(v)) == "7");
}

TEST_CASE("a shared part keeps its owner alive") {
  auto owner = std::make_shared<const std::pair<int, point>>(7, point{5, 6});
  const std::weak_ptr<const void> watch = owner;
  const auto v = stook::any_value::share({owner, &owner->second}, stook::detail::type_of<point>());
  owner.reset();
  CHECK_FALSE(watch.expired());
  CHECK(v.get_if<point>()->y == 6);
}

TEST_CASE("a type that nobody described moves, and has no JSON form") {
  const auto v = stook::any_value::of(handle{3});
  CHECK(v.get_if<handle>()->fd == 3);
  CHECK_FALSE(v.has_json_form());
  CHECK_THROWS_WITH_AS(stook::to_json_text(v), doctest::Contains("has no JSON form; describe it"),
                       stook::error);
}

TEST_CASE("any JSON is a value too") {
  const auto v = stook::any_value::of(stook::json{1, "two"});
  CHECK(v.has_json_form());
  CHECK(stook::to_json_text(v) == R"([1,"two"])");
}
