#include <stook/pipeline/pipeline.hpp>

#include <doctest/doctest.h>

#include <optional>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "desk.hpp"
#include "errors.hpp"

using desk::halving_loop;
using desk::with;

TEST_CASE("described structs become sockets, connected by member pointers or by names") {
  stook::pipeline p;
  auto search = p.add("search", desk::search{});
  auto prompt = p.add("prompt", desk::prompt{});
  p.connect(search, &desk::search::out::documents, prompt, &desk::prompt::in::documents);
  const auto result = p.run({{"search.query", "db"}});
  CHECK(result.at<std::string>("prompt.text") == "db0;db1;");
  CHECK(result.status() == stook::pipeline_status::done);

  const auto more = p.run({{"search.query", "db"}, with("search.top_k", 1), {"prompt.note", "!"}});
  CHECK(more.at<std::string>("prompt.text") == "db0;!");
  CHECK(stook::dump_json(more.to_json()) == R"({"prompt":{"text":"db0;!"}})");
}

TEST_CASE("a chain is written with bars") {
  const stook::pipeline p = stook::component("double", [](int x) { return x * 2; }) |
                            stook::component("next", [](int x) { return x + 1; }) |
                            stook::component("text", [](int x) { return std::to_string(x); });
  CHECK(p.run({with("double.value", 20)}).at<std::string>("text.value") == "41");
}

TEST_CASE("a refused connection lists the sockets and types of both sides") {
  stook::pipeline p;
  p.add("search", desk::search{});
  p.add("prompt", desk::prompt{});
  p.add("parity", desk::parity{});
  const std::string why = message_of([&] { p.connect("search.documents", "prompt.note"); });
  CHECK(mentions(why, "outputs of search: documents (list[desk::document])"));
  CHECK(mentions(why, "inputs of prompt: documents (list[desk::document]), note (string | none)"));
  CHECK(code_of([&] { p.connect("search", "parity"); }) == "connect_types");
  CHECK(code_of([&] { p.connect("search.nothing", "prompt"); }) == "unknown_socket");
  CHECK(code_of([&] { p.connect("nobody", "prompt"); }) == "unknown_component");
  CHECK(code_of([&] { p.connect("search", "search"); }) == "connect_self");
  CHECK(code_of([&] { p.add("a.b", desk::parity{}); }) == "component_name");
  CHECK(code_of([&] { p.add("search", desk::parity{}); }) == "component_name");
}

TEST_CASE("only the same pair of sockets is refused twice, not the same pair of components") {
  struct two {
    int run(int value) const { return value; }
  };
  stook::pipeline p;
  p.add("a", desk::parity{});
  p.add("sum", [](desk::summed s) {
    int total = 0;
    for (int v : s.values) total += v;
    return total;
  });
  p.connect("a.even", "sum.values");
  p.connect("a.odd", "sum.values");
  CHECK(code_of([&] { p.connect("a.even", "sum.values"); }) == "connect_twice");
  p.add("b", two{});
  p.add("c", two{});
  p.connect("b", "c");
  CHECK(code_of([&] { p.connect("a.even", "c.value"); }) == "connect_taken");
  CHECK(p.run({with("a.value", 3), with("b.value", 1)}).at<int>("sum.value") == 3);
}

TEST_CASE("an input that no component has, or that is fed, is an error") {
  stook::pipeline p;
  p.add("search", desk::search{});
  p.add("prompt", desk::prompt{});
  p.connect("search", "prompt.documents");
  CHECK(code_of([&] { p.run({{"search.qery", "x"}}); }) == "unknown_socket");
  CHECK(code_of([&] { p.run({{"serch.query", "x"}}); }) == "unknown_component");
  CHECK(code_of([&] { p.run({}); }) == "input_missing");
  CHECK(code_of([&] { p.run({with("search.query", 5)}); }) == "input_type");
  CHECK(code_of([&] { p.run({with("*.nothing", 5)}); }) == "unknown_socket");
}

TEST_CASE("a loop runs until its router leaves it, and a limit ends one that never does") {
  const stook::pipeline p = halving_loop();
  const auto result = p.run({with("join.value", 7)});
  CHECK(result.at<int>("parity.even") == 8);
  CHECK(result.visits("parity") == 2);
  CHECK(result.visits("grow") == 1);

  stook::pipeline endless({.max_runs = 5});
  endless.add("join", [](desk::joined j) { return *j.value; });
  endless.add("again", [](int x) { return x; });
  endless.connect("join", "again");
  endless.connect("again", "join");
  try {
    endless.run({with("join.value", 1)});
    FAIL("expected an error");
  } catch (const stook::pipeline_error& e) {
    CHECK(e.code() == "max_runs");
    CHECK(mentions(e.what(), "'join' would run more than 5 times"));
    CHECK(e.so_far().visits("again") == 5);
  }
}

TEST_CASE("a stuck pipeline names the socket that waits") {
  stook::pipeline p;
  p.add("parity", desk::parity{});
  p.add("sum", [](desk::prompt::in in) { return in.documents.size(); });
  p.add("list", [](int) { return std::vector<desk::document>{}; });
  p.connect("parity.even", "list.value");
  p.connect("list", "sum.documents");
  const auto result = p.run({with("parity.value", 3), {"sum.note", "n"}});
  CHECK(result.at<int>("parity.odd") == 3);
  REQUIRE(result.waiting().size() == 1);
  CHECK(result.waiting()[0] == "sum waits for sum.documents, which is fed by list.value (did not run)");

  stook::pipeline nothing;
  nothing.add("a", [](int x) { return x; });
  nothing.add("b", [](int x) { return x; });
  nothing.connect("a", "b");
  nothing.connect("b", "a");
  CHECK(code_of([&] { nothing.run(); }) == "pipeline_blocked");
}

TEST_CASE("a receiver that changes its input changes only its own, and shared input is not copied") {
  stook::pipeline p;
  p.add("make", [](int n) { return std::vector<int>(static_cast<std::size_t>(n), 1); });
  p.add("change", [](std::vector<int> v) {
    v.push_back(2);
    return v;
  });
  p.add("look", [](desk::shared_in in) { return in.numbers; });
  p.connect("make", "change");
  p.connect("make", "look");
  const auto result = p.run({with("make.value", 2)}, {.include_outputs_from = {"make"}});
  CHECK(result.at<std::vector<int>>("change.value").size() == 3);
  CHECK(&result.at<std::vector<int>>("look.value") == &result.at<std::vector<int>>("make.value"));
}
