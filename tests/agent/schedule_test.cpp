// Which calls of one turn wait for which: the cases of Haystack's TestScheduleToolCalls, seen from outside by
// what each tool found in the state.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scripts.hpp"

using scripts::calls;
using scripts::results;
using scripts::says;
using stook::tool;

namespace {

struct seen {
  std::optional<int> a;
  std::optional<int> b;
};
STOOK_DESCRIBE(seen, (a), (b))

struct call_log {
  std::vector<std::string> order;

  tool reads(std::string name, std::string key) {
    return tool(name, "", {.effect = stook::reads, .inputs = {{key, key}}}, [this, name](seen s) {
      order.push_back(name);
      return fmt::format("{}", s.a.value_or(s.b.value_or(-1)));
    });
  }
  tool writes(std::string name, std::string key, int value) {
    return tool(name, "", {.outputs = {{key}}}, [this, name, value] {
      order.push_back(name);
      return value;
    });
  }
  tool both(std::string name, std::string in, std::string out) {
    return tool(name, "", {.inputs = {{in, in}}, .outputs = {{out}}}, [this, name](seen s) {
      order.push_back(name);
      return s.a.value_or(s.b.value_or(0)) + 1;
    });
  }
  tool whole(std::string name) {
    return tool(name, "", [this, name](stook::state& s) {
      order.push_back(name);
      const int* a = s.find<int>("a");
      s.set("a", a ? *a + 100 : 100);
      return *s.find<int>("a");
    });
  }
};

stook::answer turn(stook::toolset tools, std::vector<std::pair<std::string, std::string>> all) {
  const stook::agent agent({.name = "t",
                            .model = scripts::script({calls(std::move(all)), says("done")}),
                            .tools = std::move(tools),
                            .state = {stook::state_key::of<int>("a"), stook::state_key::of<int>("b")}});
  auto a = agent.run("go");
  CHECK(a.ok());
  return a;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("readers alone run in one batch, in call order") {
  call_log t;
  turn({t.reads("r1", "a"), t.reads("r2", "a")}, {{"r2", "{}"}, {"r1", "{}"}});
  CHECK(t.order == list{"r2", "r1"});
}

TEST_CASE("calls on different keys do not wait for each other") {
  call_log t;
  turn({t.reads("ra", "a"), t.writes("wb", "b", 1)}, {{"ra", "{}"}, {"wb", "{}"}});
  CHECK(t.order == list{"ra", "wb"});
}

TEST_CASE("a reader sees what a writer of the same turn wrote") {
  call_log t;
  const auto a = turn({t.reads("r", "a"), t.writes("w", "a", 7)}, {{"w", "{}"}, {"r", "{}"}});
  CHECK(results(a) == list{"7", "7"});
}

TEST_CASE("a reader that the model named first runs after the writer, and results keep call order") {
  call_log t;
  const auto a = turn({t.reads("r", "a"), t.writes("w", "a", 7)}, {{"r", "{}"}, {"w", "{}"}});
  CHECK(t.order == list{"w", "r"});
  CHECK(results(a) == list{"7", "7"});
}

TEST_CASE("writers of one key do not wait, and the last in call order wins") {
  call_log t;
  const auto a = turn({t.writes("w1", "a", 1), t.writes("w2", "a", 2)}, {{"w2", "{}"}, {"w1", "{}"}});
  CHECK(t.order == list{"w2", "w1"});
  CHECK(*a.state.find<int>("a") == 1);
}

TEST_CASE("a chain of readers and writers runs in its order") {
  call_log t;
  const auto a = turn({t.writes("w", "a", 1), t.both("ab", "a", "b"), t.reads("r", "b")},
                      {{"r", "{}"}, {"ab", "{}"}, {"w", "{}"}});
  CHECK(t.order == list{"w", "ab", "r"});
  CHECK(results(a) == list{"2", "2", "1"});
}

TEST_CASE("a cycle is broken at its first call") {
  call_log t;
  turn({t.both("ab", "a", "b"), t.both("ba", "b", "a")}, {{"ba", "{}"}, {"ab", "{}"}});
  CHECK(t.order == list{"ba", "ab"});
}

TEST_CASE("a tool that takes the whole state stands between writers and readers") {
  call_log t;
  const auto a =
      turn({t.writes("w", "a", 1), t.whole("s"), t.reads("r", "a")}, {{"r", "{}"}, {"s", "{}"}, {"w", "{}"}});
  CHECK(t.order == list{"w", "s", "r"});
  CHECK(results(a) == list{"101", "101", "1"});
}

TEST_CASE("two tools that take the whole state run one after the other") {
  call_log t;
  const auto a = turn({t.whole("s")}, {{"s", "{}"}, {"s", "{}"}});
  CHECK(results(a) == list{"100", "200"});
}

TEST_CASE("a call that was refused is nobody's writer") {
  call_log t;
  const auto a =
      turn({t.reads("r", "a"), t.writes("w", "a", 7)}, {{"r", "{}"}, {"w", R"({"extra":1})"}, {"no", "{}"}});
  CHECK(results(a)[0] == "-1");
  CHECK(a.tool_call_counts.at("r") == 1);
}
