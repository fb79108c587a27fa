#include <stook/pipeline/router.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

namespace {

// What a condition over x and y says.
std::string routed(const std::string& condition, stook::json x, stook::json y = nullptr) {
  stook::pipeline p;
  p.add("r", stook::conditional_router{{{condition, "yes", "x"}, {"true", "no", "x"}}});
  stook::run_inputs in{{"r.x", std::move(x)}};
  for (const stook::input_socket& s : p.at("r").inputs()) {
    if (s.name == "y") in.set("r.y", std::move(y));
  }
  const auto result = p.run(in);
  return result.find("r.yes").has_value() ? "yes" : "no";
}

}  // namespace

TEST_CASE("conditions compare without re-typing") {
  CHECK(routed("x >= 0.5 and x < 2", 1) == "yes");
  CHECK(routed("x == 1", "1") == "no");
  CHECK(routed("x == '1'", "1") == "yes");
  CHECK(routed("x == none", nullptr) == "yes");
  CHECK(routed("x", "None") == "yes");
  CHECK(routed("not x", "") == "yes");
  CHECK(routed("size(x) > 2 or x == 'ab'", "ab") == "yes");
  CHECK(routed("'urgent' in x", "it is urgent") == "yes");
  CHECK(routed("x.kind == 'a' and y == 2", stook::parse_json(R"({"kind":"a"})"), 2) == "yes");
  CHECK(routed("x.missing.deeper == none", stook::parse_json("{}")) == "yes");
  CHECK(routed("(x == 1 or x == 2) and not x == 2", 2) == "no");
  CHECK(code_of([] { routed("x < 1", "0"); }) == "expression");
  for (const char* broken : {"", "x ==", "x = 1", "(x", "x y", "'open", "1.2.3 == x"}) {
    CAPTURE(broken);
    CHECK(code_of([&] { routed(broken, 1); }) == "expression");
  }
  CHECK(code_of([] { routed(std::string(5000, '('), 1); }) == "expression");
}

TEST_CASE("a router passes its value on as it came") {
  stook::pipeline p;
  p.add("r", stook::conditional_router{{{"x == 'None'", "text", "x", "string"}}});
  const auto result = p.run({{"r.x", "None"}});
  CHECK(result.at<std::string>("r.text") == "None");
  CHECK(code_of([&] { p.run({{"r.x", "123"}}); }) == "no_route");
}

TEST_CASE("a typed router tries its predicates in order") {
  stook::pipeline p;
  p.add("r", stook::router<int>{{"big", [](const int& n) { return n > 100; }}, {"rest", {}}});
  CHECK(p.run(stook::run_inputs().set("r.value", 101)).at<int>("r.big") == 101);
  CHECK(p.run(stook::run_inputs().set("r.value", 100)).at<int>("r.rest") == 100);
}
