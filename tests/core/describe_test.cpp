#include <stook/core/describe.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace {

struct nothing {};
STOOK_DESCRIBE(nothing)

struct forty {
  int a0{}, a1{}, a2{}, a3{}, a4{}, a5{}, a6{}, a7{}, a8{}, a9{};
  int b0{}, b1{}, b2{}, b3{}, b4{}, b5{}, b6{}, b7{}, b8{}, b9{};
  int c0{}, c1{}, c2{}, c3{}, c4{}, c5{}, c6{}, c7{}, c8{}, c9{};
  int d0{}, d1{}, d2{}, d3{}, d4{}, d5{}, d6{}, d7{}, d8{}, d9{};
};
STOOK_DESCRIBE(forty, (a0), (a1), (a2), (a3), (a4), (a5), (a6), (a7), (a8), (a9), (b0), (b1), (b2), (b3),
               (b4), (b5), (b6), (b7), (b8), (b9), (c0), (c1), (c2), (c3), (c4), (c5), (c6), (c7), (c8), (c9),
               (d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7), (d8), (d9, "the last", stook::at_least{0}))

struct plain {
  int x = 0;
  std::optional<std::string> y;
};
BOOST_DESCRIBE_STRUCT(plain, (), (x, y))

struct outer {
  struct inner {
    int n = 0;
  };
  inner in;
};
STOOK_DESCRIBE(outer::inner, (n, "of the inner", stook::at_most{3}))
STOOK_DESCRIBE(outer, (in))

struct step {
  std::string do_;
  int for_ = 0;
};
STOOK_DESCRIBE(step, (do_, "What to do"), (for_, "Minutes", stook::at_most{5}))

struct base {
  int low = 0;
};
STOOK_DESCRIBE(base, (low, "", stook::at_least{1}))
struct other_base {
  int high = 0;
};
STOOK_DESCRIBE(other_base, (high, "", stook::at_most{1}))
struct derived : base, other_base {};
BOOST_DESCRIBE_STRUCT(derived, (base, other_base), ())

template <typename T>
T read(std::string_view text) {
  return stook::from_json<T>(stook::parse_json(text));
}

}  // namespace

TEST_CASE("a struct without fields takes an empty object and nothing else") {
  CHECK(stook::to_json_text(read<nothing>("{}")) == "{}");
  CHECK_THROWS_WITH_AS(read<nothing>(R"({"a":1})"), doctest::Contains("expected an empty object"),
                       stook::error);
}

TEST_CASE("forty fields are described in their order") {
  const std::string text = stook::to_json_text(forty{.a0 = 1, .d9 = 40});
  CHECK(text.starts_with(R"({"a0":1,"a1":0)"));
  CHECK(text.ends_with(R"("d8":0,"d9":40})"));
  CHECK(read<forty>(text).d9 == 40);
}

TEST_CASE("Boost's own description is enough, without texts and rules") {
  CHECK(read<plain>(R"({"x":1})").x == 1);
  CHECK_THROWS_AS(read<plain>("{}"), stook::error);
}

TEST_CASE("a struct inside a class is described from outside") {
  CHECK(read<outer>(R"({"in":{"n":3}})").in.n == 3);
  CHECK_THROWS_WITH_AS(read<outer>(R"({"in":{"n":4}})"), doctest::Contains("in.n: 4 is above the maximum"),
                       stook::error);
}

TEST_CASE("rules without a text are inherited, from each of several bases") {
  CHECK(read<derived>(R"({"low":1,"high":1})").high == 1);
  CHECK_THROWS_WITH_AS(read<derived>(R"({"low":0,"high":1})"), doctest::Contains("low: 0 is below"),
                       stook::error);
  CHECK_THROWS_WITH_AS(read<derived>(R"({"low":1,"high":2})"), doctest::Contains("high: 2 is above"),
                       stook::error);
}

TEST_CASE("a field whose name is a keyword in C++ is described with an underscore behind it") {
  const auto read = stook::from_json<step>(stook::parse_json(R"({"do": "wait", "for": 3})"));
  CHECK(read.do_ == "wait");
  CHECK(stook::to_json_text(read) == R"({"do":"wait","for":3})");
  CHECK_THROWS_WITH_AS(stook::from_json<step>(stook::parse_json(R"({"do": "", "for": 6})")),
                       doctest::Contains("for: 6"), stook::error);
}
