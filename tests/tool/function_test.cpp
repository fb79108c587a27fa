#include <stook/tool/function.hpp>

#include <cmath>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <stook/tool/tool.hpp>

using stook::run_context;
using stook::state;
using stook::tool;

namespace {

struct point {
  int x = 0;
  double y = 0;
};
STOOK_DESCRIBE(point, (x), (y))

int twice(point p) { return 2 * p.x; }

}  // namespace

TEST_CASE("parameters that a run provides are told from those of the model, in any order") {
  const auto f = [](const run_context&, point, state&) {};
  using sig = stook::detail::signature<decltype(f)>;
  CHECK(std::is_same_v<sig::tuple, std::tuple<point>>);
  CHECK(sig::takes_state);
  CHECK(stook::detail::takes_context<decltype(f)>);
  using plain = stook::detail::signature<int (*)(std::string, const run_context&, int)>;
  CHECK(std::is_same_v<plain::tuple, std::tuple<std::string, int>>);
}

TEST_CASE("functions, const and mutable lambdas can be tools") {
  CHECK(tool("a", "", &twice).call(R"({"x":2,"y":0})").text == "4");
  int n = 0;
  const tool counts("b", "", [n]() mutable { return ++n; });
  CHECK(counts.call("{}").text == "1");
  CHECK(counts.call("{}").text == "2");
}

TEST_CASE("parameters keep their places around injected ones") {
  const tool t("t", "", {.parameters = {{"a"}, {"b"}}},
               [](std::string a, const run_context& c, int b) { return a + std::to_string(b) + c.agent(); });
  CHECK(t.call(R"({"a":"x","b":3})").text == "x3");
}

TEST_CASE("what a function returns reaches the model") {
  CHECK(tool("a", "", [] {}).call("{}").text == "done");
  CHECK(tool("a", "", [] { return "literal"; }).call("{}").text == "literal");
  CHECK(tool("a", "", [] { return point{1, 0.5}; }).call("{}").text == R"({"x":1,"y":0.5})");
  CHECK(tool("a", "", [] { return std::optional<int>(); }).call("{}").text == "null");
  CHECK(tool("a", "", [] { return std::vector<int>{1, 2}; }).call("{}").text == "[1,2]");
  CHECK(tool("a", "", [] { return std::nan(""); }).call("{}").text == "null");
  CHECK(tool("a", "", [] { return stook::result<int>(4); }).call("{}").text == "4");
}

TEST_CASE("pitfall 14: a typed failure is a failure, with its code and hint") {
  const auto f = [](int n) -> stook::result<int> {
    if (n < 0) return stook::failure{"negative", "n is below 0", "send 0 or more", true};
    return n;
  };
  const tool t("a", "", {.parameters = {{"n"}}}, f);
  CHECK(t.call(R"({"n":1})").text == "1");
  const auto r = t.call(R"({"n":-1})");
  REQUIRE(r.error);
  CHECK(r.error->retryable);
  CHECK(r.text ==
        R"({"error":{"code":"negative","message":"n is below 0","hint":"send 0 or more","retryable":true}})");
}

TEST_CASE("exceptions become failures, cut and repaired") {
  const tool own("a", "", [] { throw stook::error({"no_file", "missing", "load it first"}); });
  CHECK(own.call("{}").error->code == "no_file");
  CHECK(own.call("{}").error->hint == "load it first");
  const tool other("a", "", [] { throw std::runtime_error("bad \xff byte " + std::string(2000, 'x')); });
  const auto r = other.call("{}");
  CHECK(r.error->code == "tool_exception");
  CHECK(r.error->message.size() < 600);
  CHECK(r.error->message.starts_with("bad \uFFFD byte"));
  const tool odd("a", "", [] { throw 42; });
  CHECK(odd.call("{}").error->code == "tool_exception");
}

TEST_CASE("a coroutine tool runs inside an agent only, and says so") {
  const tool t("a", "", []() -> stook::task<int> { co_return 1; });
  CHECK(t.call("{}").error->code == "tool_not_plain");
}
