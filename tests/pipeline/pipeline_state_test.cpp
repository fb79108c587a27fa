#include <stook/pipeline/pipeline.hpp>

#include <doctest/doctest.h>

#include <optional>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "desk.hpp"
#include "errors.hpp"

using desk::halving_loop;
using desk::with;

TEST_CASE("a failed component leaves a state from which the run can be repeated") {
  stook::pipeline p;
  auto healthy = std::make_shared<bool>(false);
  p.add("first", [](int x) { return x + 1; });
  p.add("second", [healthy](int x) {
    if (!*healthy) throw std::runtime_error("no database");
    return x * 10;
  });
  p.connect("first", "second");
  try {
    p.run({with("first.value", 1)});
    FAIL("expected an error");
  } catch (const stook::pipeline_error& e) {
    CHECK(e.component() == "second");
    CHECK(e.code() == "component_failed");
    CHECK(std::string(e.what()) == "component 'second': no database");
    const stook::json snapshot = e.so_far().snapshot();
    *healthy = true;
    for (int again = 0; again < 2; ++again) {  // a snapshot can be used more than once
      stook::pipeline_run r = p.resume(snapshot);
      while (r.advance()) continue;
      CHECK(r.result().at<int>("second.value") == 20);
      CHECK(r.result().visits("first") == 1);
    }
  }
}

TEST_CASE("a snapshot holds what components save, and refuses another pipeline") {
  const auto make = [] {
    stook::pipeline p = halving_loop();
    p.add("count", desk::counter{});
    p.connect("join.value", "count.value");
    return p;
  };
  const stook::pipeline p = make();
  const auto paused = p.run({with("join.value", 7)}, {.pause_before = stook::component_visit{"count", 2}});
  REQUIRE(paused.status() == stook::pipeline_status::paused);
  const stook::json snapshot = stook::parse_json(stook::dump_json(paused.snapshot()));

  stook::pipeline_run resumed = make().resume(snapshot);
  while (resumed.advance()) continue;
  CHECK(resumed.result().at<int>("count.value") == 15);
  CHECK(resumed.result().at<int>("parity.even") == 8);

  CHECK(code_of([&] { halving_loop().resume(snapshot); }) == "snapshot");
  CHECK(code_of([&] { p.resume(stook::parse_json("{}")); }) == "snapshot");
  CHECK(code_of([&] { p.resume(stook::parse_json("[]")); }) == "snapshot");
}

TEST_CASE("a snapshot that joins what is no list is refused") {
  stook::pipeline p;
  p.add("first", [](int x) { return x + 1; });
  p.add("second", [](int x) { return x * 10; });
  p.connect("first", "second");
  const auto paused = p.run({with("first.value", 1)}, {.pause_before = stook::component_visit{"second", 1}});
  stook::json snapshot = paused.snapshot();
  snapshot.at("joined").as_object().emplace("second.value", true);
  CHECK(code_of([&] { p.resume(snapshot); }) == "snapshot");
}

TEST_CASE("no value among those that an input collects stands for a sender that gave none") {
  stook::pipeline p;
  p.add("even", desk::parity{});
  p.add("sum", [](const desk::maybe_summed& in) {
    int sum = 0;
    for (const int v : in.values) sum += v;
    return sum;
  });
  // from the run: it sets the component going all the same
  CHECK(p.run({with("even.value", 3), {"sum.values", stook::any_value{}}}).at<int>("sum.value") == 0);
  p.connect("even.even", "sum.values");
  p.connect("even.odd", "sum.values");
  const auto result =
      p.run({with("even.value", 4), {"sum.values", stook::any_value{}}, with("sum.values", 10)});
  CHECK(result.at<int>("sum.value") == 14);
  CHECK(result.visits("sum") == 1);

  stook::pipeline_run paused = p.start({with("even.value", 5), with("sum.values", 10)},
                                       {.pause_before = stook::component_visit{"sum", 1}});
  while (paused.advance()) continue;
  stook::pipeline_run resumed = p.resume(paused.result().snapshot());
  while (resumed.advance()) continue;
  CHECK(resumed.result().at<int>("sum.value") == 15);
}

TEST_CASE("a failed visit of a component that collects finds its values again, and the run's ones for ever") {
  stook::pipeline p;
  int calls = 0;
  p.add("a", [](int x) { return x; });
  p.add("b", [](int x) { return x; });
  p.add("sum", [&calls](const desk::summed& in) {
    if (++calls == 1) throw std::runtime_error("not yet");
    int sum = 0;
    for (const int v : in.values) sum = 10 * sum + v;
    return sum;
  });
  p.connect("a", "sum");
  p.connect("b", "sum");
  stook::pipeline_run r = p.start({with("a.value", 1), with("b.value", 2), with("sum.values", 9)});
  CHECK(code_of([&] {
          while (r.advance()) continue;
        }) == "component_failed");
  CHECK(r.result().visits("sum") == 0);
  const stook::json before = r.result().snapshot();
  CHECK(before.at("inputs").at("sum.values").as_array().size() == 3);
  while (r.advance()) continue;
  CHECK(r.result().at<int>("sum.value") == 912);
  CHECK(r.result().snapshot().at("inputs").at("sum.values").as_array().size() == 1);
}

TEST_CASE("a value without a JSON form moves, and only a snapshot refuses it") {
  stook::pipeline p;
  p.add("make", [](int n) { return desk::secret{n}; });
  p.add("open", [](desk::secret s) { return s.value; });
  p.connect("make", "open");
  CHECK(p.run({with("make.value", 4)}).at<int>("open.value") == 4);
  const auto paused = p.run({with("make.value", 4)}, {.pause_before = stook::component_visit{"open", 1}});
  CHECK(code_of([&] { paused.snapshot(); }) == "no_json_form");
}

TEST_CASE("a stream gives each component's outputs as they come") {
  const stook::pipeline p = halving_loop();
  stook::pipeline_run r = p.start({with("join.value", 3)});
  std::string order;
  while (const auto part = r.next()) {
    order += part->component + std::to_string(part->visit) + ":" + part->outputs.at(0).first + " ";
  }
  CHECK(order == "join1:value parity1:odd grow1:value join2:value parity2:even ");
  CHECK(r.result().status() == stook::pipeline_status::done);
}

TEST_CASE("one sender's list and texts are converted where the types differ") {
  stook::pipeline p;
  p.add("one", [](int x) { return std::to_string(x); });
  p.add("lines", [](std::vector<std::string> v) { return v.size(); });
  p.add("alone", [](std::string s) { return s + "!"; });
  p.add("many", [](int n) { return std::vector<std::string>(static_cast<std::size_t>(n), "x"); });
  p.connect("one", "lines");   // a value becomes a list of one
  p.connect("many", "lines");  // and a list input joins the lists of all its senders
  p.connect("many", "alone");  // a list of one text becomes that text
  const auto result = p.run({with("one.value", 5), with("many.value", 1)});
  CHECK(result.at<std::size_t>("lines.value") == 2);
  CHECK(result.at<std::string>("alone.value") == "x!");
  CHECK(code_of([&] { p.run({with("one.value", 5), with("many.value", 2)}); }) == "conversion_failed");
}

TEST_CASE("what the run gives to a fed list joins the list in that run only") {
  stook::pipeline p;
  p.add("many", [](int n) { return std::vector<std::string>(static_cast<std::size_t>(n), "x"); });
  p.add("lines", [](std::vector<std::string> v) { return v; });
  p.connect("many", "lines");
  const std::vector<std::string> own{"user"};
  const auto both = p.run({with("many.value", 1), {"lines.value", own}});
  CHECK(both.at<std::vector<std::string>>("lines.value") == std::vector<std::string>{"user", "x"});
  CHECK(p.run({with("many.value", 1)}).at<std::vector<std::string>>("lines.value").size() == 1);
}

TEST_CASE("pictures show sockets, and what a run did") {
  const stook::pipeline p = halving_loop();
  CHECK(mentions(p.mermaid(), "flowchart TD\n  n0[\"join\"]\n"));
  CHECK(mentions(p.mermaid(), "n1 -- \"odd → value\" --> n2"));
  const auto result = p.run({with("join.value", 8)});
  CHECK(mentions(p.mermaid(&result), "n2[\"grow<br/>skipped\"]:::skipped"));
  CHECK(mentions(p.dot(&result), "n0 [label=\"join\\n1 visit\"];"));
}

TEST_CASE("changing a copy leaves the original as it was") {
  stook::pipeline p = halving_loop();
  stook::pipeline q = p;
  q.add("more", [](int x) { return x; });
  CHECK(p.components().size() == 3);
  CHECK(q.components().size() == 4);
  CHECK(p.run({with("join.value", 2)}).at<int>("parity.even") == 2);
}
