#include <stook/tool/tool.hpp>

#include <doctest/doctest.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <stook/core/json.hpp>

using stook::tool;

namespace {

struct query {
  std::string service;
  stook::timestamp from;
  std::optional<int> limit;
  std::vector<std::string> kinds;
};
STOOK_DESCRIBE(query, (service, "Whose logs", stook::length{1, 20}), (from, "Begin"),
               (limit, "Rows", stook::between{1, 500}), (kinds, "Kinds", stook::defaulted))

struct account {
  std::string tenant;
  int days = 1;
};
STOOK_DESCRIBE(account, (tenant, "Whose"), (days, "How long", stook::between{1, 30}))

std::string code(const stook::tool_result& r) { return r.error ? r.error->code : ""; }

tool logs() {
  return tool("query_logs", "Read logs.", stook::reads, [](query q) {
    return q.service + "@" + to_string(q.from) + "/" + std::to_string(q.limit.value_or(-1));
  });
}

}  // namespace

TEST_CASE("the schema is derived from the struct") {
  const tool t = logs();
  const auto& schema = t.parameters().as_object();
  CHECK(schema.at("type") == "object");
  CHECK(schema.at("additionalProperties") == false);
  CHECK(boost::json::serialize(schema.at("required")) == R"(["service","from"])");
  CHECK(schema.at("properties").at("service").at("description") == "Whose logs");
  CHECK(t.parameters_text() == stook::dump_json(t.parameters()));
}

TEST_CASE("tool names are checked at construction") {
  const auto make = [](std::string name) { return tool(std::move(name), "", [] {}); };
  for (const char* bad : {"", "has space", "dot.ted", "caf\xc3\xa9", "a/b", "x\n"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(make(bad), stook::error);
  }
  CHECK_THROWS_AS(make(std::string(65, 'a')), stook::error);
  CHECK(make(std::string(64, 'a')).name().size() == 64);
  CHECK(make("a-B_9").name() == "a-B_9");
}

TEST_CASE("each way in which arguments are wrong has its code, and the function is not entered") {
  bool entered = false;
  const tool t("t", "", [&entered](query) { entered = true; });
  CHECK(code(t.call("{")) == "args_json");
  CHECK(code(t.call("[1]")) == "args_not_object");
  CHECK(code(t.call(R"("{}")")) == "args_not_object");
  CHECK(code(t.call("")) == "args_schema");
  CHECK(code(t.call(R"({"service":"a","service":"b"})")) == "args_duplicate_key");
  CHECK(code(t.call(R"({"limit":1e999})")) == "args_number");
  CHECK(code(t.call("{\"service\":\"a\\u0000b\"}")) == "args_nul");
  CHECK(code(t.call(R"({"service":"a","from":"2026-01-01T00:00:00Z","force":true})")) == "args_schema");
  CHECK_FALSE(entered);
}

TEST_CASE("pitfall 5: an instant is read with and without a zone, and the assumption is told") {
  const auto with_zone = logs().call(R"({"service":"api","from":"2026-01-02T05:00:00+02:00"})");
  CHECK(with_zone.text == "api@2026-01-02T03:00:00Z/-1");
  const auto without = logs().call(R"({"service":"api","from":"2026-01-02T03:00:00"})");
  CHECK(without.text.starts_with("api@2026-01-02T03:00:00Z/-1\n[note: from"));
  const auto wrong = logs().call(R"({"service":"api","from":"yesterday"})");
  REQUIRE(code(wrong) == "args_schema");
  CHECK(wrong.error->message.find("from") != std::string::npos);
  CHECK(wrong.error->message.find("for example") != std::string::npos);
}

TEST_CASE("pitfall 15: nested typed parameters instead of JSON inside strings") {
  const auto r = logs().call(R"({"service":"api","from":"2026-01-02T03:00:00Z","kinds":"[\"a\"]"})");
  REQUIRE(code(r) == "args_schema");
  CHECK(r.error->message.find("kinds") != std::string::npos);
}

TEST_CASE("defect 4: a field that state fills is not in the schema, and a model that sends it is refused") {
  const tool t("t", "", {.inputs = {{"tenant_id", "tenant"}}}, [](account a) { return a.tenant; });
  CHECK(std::string(t.parameters_text()).find("tenant") == std::string::npos);
  const auto r = t.call(R"({"tenant":"evil","days":2})");
  CHECK(code(r) == "args_schema");
  CHECK(code(t.call(R"({"days":2})")) == "state_missing");
}

TEST_CASE("pitfall 11: values reach the model as JSON, not as a language's own spelling") {
  const tool t("t", "", [] {
    return std::map<std::string, stook::timestamp>{{"at", stook::timestamp::from_seconds(0)}};
  });
  CHECK(t.call("{}").text == R"({"at":"1970-01-01T00:00:00Z"})");
}

TEST_CASE("text from a tool is made valid") {
  const tool t("t", "", [] { return std::string("a\xff\0b", 4); });
  CHECK(stook::is_valid_utf8(t.call("{}").text));
}
