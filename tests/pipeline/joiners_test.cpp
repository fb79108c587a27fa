#include <stook/pipeline/joiners.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>

#include "errors.hpp"

TEST_CASE("joiners join branches, lists and texts") {
  stook::pipeline p;
  const auto text = [](std::string t) { return [t] { return t; }; };
  p.add("a", text("one"));
  p.add("b", text("two"));
  p.add("join", stook::string_joiner{", "});
  p.connect("a", "join");
  p.connect("b", "join");
  CHECK(p.run().at<std::string>("join.value") == "one, two");

  stook::pipeline q;
  q.add("a", [](int n) { return std::vector<int>{n}; });
  q.add("b", [](int n) { return std::vector<int>{n, n}; });
  q.add("join", stook::list_joiner{"list[int]"});
  q.add("sum", [](std::vector<int> v) { return v.size(); });
  q.connect("a", "join");
  q.connect("b", "join");
  q.connect("join", "sum");
  CHECK(q.run(stook::run_inputs().set("a.value", 1).set("b.value", 2)).at<std::size_t>("sum.value") == 3);
}

TEST_CASE("an output adapter takes a part by JSON Pointer") {
  stook::pipeline p;
  p.add("pick", stook::output_adapter{"/items/1/name", "string"});
  p.add("use", [](std::string s) { return s + "!"; });
  p.connect("pick", "use");
  stook::run_inputs in;
  in.set("pick.value", stook::parse_json(R"({"items":[{"name":"a"},{"name":"b"}]})"));
  CHECK(p.run(in).at<std::string>("use.value") == "b!");
  CHECK(code_of([&] { p.run(stook::run_inputs().set("pick.value", stook::json(1))); }) == "adapter_path");
}
