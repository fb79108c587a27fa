#include "request_check.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using conformance::flaw_of;

namespace {

std::string request(const std::string& messages) { return fmt::format(R"({{"messages":[{}]}})", messages); }
std::string call(const std::string& id, const std::string& arguments = "{}") {
  return fmt::format(R"({{"id":"{}","function":{{"name":"f","arguments":"{}"}}}})", id, arguments);
}
std::string calls(const std::string& listed) {
  return fmt::format(R"({{"role":"assistant","tool_calls":[{}]}})", listed);
}
std::string result(const std::string& id, const std::string& content = "x") {
  return fmt::format(R"({{"role":"tool","tool_call_id":"{}","content":"{}"}})", id, content);
}
const std::string question = R"({"role":"user","content":"?"})";

}  // namespace

TEST_CASE("a request in which each call has its one result has no flaw") {
  CHECK(flaw_of(request(question)) == "");
  CHECK(flaw_of(request(question + ',' + calls(call("a") + ',' + call("b")) + ',' + result("b") + ',' +
                        result("a") + ',' + calls(call("c")) + ',' + result("c"))) == "");
}

TEST_CASE("what a provider would refuse is a flaw") {
  CHECK(flaw_of("{") != "");
  CHECK(flaw_of("{}") != "");
  CHECK(flaw_of("[]") != "");
  CHECK(flaw_of("{\"messages\":[],\"x\":\"\xff\"}") == "it is no valid UTF-8");
  CHECK(flaw_of(request(calls(call("a")))) == "the call a has no result");
  CHECK(flaw_of(request(calls(call("a")) + ',' + question)) == "the call a has no result");
  CHECK(flaw_of(request(calls(call("a") + ',' + call("a")))) == "two calls have the id a");
  CHECK(flaw_of(request(calls(call("a")) + ',' + result("a") + ',' + calls(call("a")))) ==
        "two calls have the id a");
  CHECK(flaw_of(request(calls(call("")))) == "a call has no id");
  CHECK(flaw_of(request(calls(call("a")) + ',' + result("a") + ',' + result("a"))) ==
        "a result is of no open call: \"a\"");
  CHECK(flaw_of(request(calls(call("a", "[]")) + ',' + result("a"))) ==
        "the arguments of a are no JSON object");
  CHECK(flaw_of(request(calls(call("a")) + ',' + result("a", std::string(66 * 1024, 'x')))) ==
        "the result of a is longer than 64 KiB");
}

TEST_CASE("a call is of a name that a provider takes") {
  const auto named = [](const std::string& name) {
    return flaw_of(
        request(calls(fmt::format(R"({{"id":"a","function":{{"name":"{}","arguments":"{{}}"}}}})", name)) +
                ',' + result("a")));
  };
  CHECK(named("query_sql-2") == "");
  CHECK(named(std::string(64, 'x')) == "");
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string(65, 'x'), std::string("é")}) {
    CHECK(named(name) == "the name of a is none of 1 to 64 letters, digits, _ and -");
  }
}

TEST_CASE("the codes of failed calls are read from the last request") {
  const std::string failed = R"({\"error\":{\"code\":\"args_json\",\"message\":\"m\"}})";
  const std::string body =
      request(calls(call("a") + ',' + call("b")) + ',' + result("a") + ',' + result("b", failed));
  CHECK(conformance::tool_errors({{"", request(question), 0}, {"", body, 0}}) ==
        std::vector<std::string>{"args_json"});
  CHECK(conformance::tool_errors({}).empty());
}
