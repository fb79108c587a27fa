#include <stook/tool/state.hpp>

#include <algorithm>

#include <doctest/doctest.h>

using stook::state;
using stook::state_key;

namespace {
state board() {
  return state({state_key::of<int>("count"), state_key::appending<std::vector<std::string>>("notes"),
                state_key::merging<int>("peak", [](int a, int b) { return std::max(a, b); })});
}
std::string code_of(const auto& f) {
  try {
    f();
  } catch (const stook::error& e) {
    return e.code();
  }
  return "";
}
}  // namespace

TEST_CASE("a key has no value until someone sets it") {
  state s = board();
  CHECK(s.find<int>("count") == nullptr);
  s.set("count", 2);
  REQUIRE(s.find<int>("count"));
  CHECK(*s.find<int>("count") == 2);
}

TEST_CASE("updates replace, append or merge, as the key declares") {
  state s = board();
  for (const int n : {5, 9, 7}) {
    s.update("count", stook::any_value::of(n));
    s.update("peak", stook::any_value::of(n));
    s.update("notes", stook::any_value::of(std::vector<std::string>{std::to_string(n)}));
  }
  CHECK(*s.find<int>("count") == 7);
  CHECK(*s.find<int>("peak") == 9);
  CHECK(*s.find<std::vector<std::string>>("notes") == std::vector<std::string>{"5", "9", "7"});
}

TEST_CASE("defect 7: unknown keys and values of another type are errors") {
  state s = board();
  CHECK(code_of([&] { s.set("cuont", 1); }) == "unknown_state_key");
  CHECK(code_of([&] { s.set("count", std::string("not an int")); }) == "state_type");
  CHECK(code_of([&] { s.update("count", stook::any_value::of(1.5)); }) == "state_type");
  CHECK(code_of([&] { s.update("count", {}); }) == "state_type");
  s.set("count", 1);
  CHECK(code_of([&] { s.find<double>("count"); }) == "state_type");
  CHECK(code_of([] { state({state_key::of<int>("a"), state_key::of<int>("a")}); }) == "duplicate_state_key");
}

TEST_CASE("copies of a state are independent") {
  state a = board();
  a.set("count", 1);
  state b = a;
  b.set("count", 2);
  CHECK(*a.find<int>("count") == 1);
  CHECK(*b.find<int>("count") == 2);
}
