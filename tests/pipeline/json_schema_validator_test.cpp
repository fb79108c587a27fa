#include <stook/pipeline/json_schema_validator.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/chat/message.hpp>
#include <stook/core/json.hpp>
#include <stook/pipeline/pipeline.hpp>
#include <stook/pipeline/registry.hpp>

#include "errors.hpp"

namespace {

constexpr const char* ticket = R"({
  "type": "object", "required": ["kind"], "additionalProperties": false,
  "properties": {"kind": {"enum": ["bug", "wish"]}, "score": {"$ref": "#/definitions/score"},
                 "owner": {"type": "string", "pattern": "^[a-z]+$"}, "when": {"type": "string", "format": "date"}},
  "definitions": {"score": {"type": "integer", "maximum": 10}}})";

stook::pipeline_result check(std::string answer, std::string schema = ticket) {
  stook::pipeline p;
  p.add("check", stook::json_schema_validator{std::move(schema)});
  return p.run({{"check.value", stook::message::assistant(std::move(answer))}});
}

std::string complaint(std::string answer) {
  return check(std::move(answer)).at<stook::message>("check.invalid").text();
}

}  // namespace

TEST_CASE("an answer that holds the schema is given as JSON, out of its fence") {
  const auto r = check("Here:\n```json\n{\"kind\":\"bug\",\"score\":7,\"owner\":\"ann\"}\n```");
  CHECK(r.at<stook::json>("check.valid").at("score") == 7);
  CHECK_FALSE(r.find("check.invalid").has_value());
}

TEST_CASE("what is wrong is told with its place, the answer and the schema") {
  CHECK(mentions(complaint("no idea"), "expected JSON and nothing else"));
  CHECK(mentions(complaint("{}"), "kind"));
  CHECK(mentions(complaint(R"({"kind":"pest"})"), "\nkind: "));
  CHECK(mentions(complaint(R"({"kind":"bug","score":11})"), "score: Expected number less than"));
  CHECK(mentions(complaint(R"({"kind":"bug","score":"7"})"), "\nscore: "));
  CHECK(mentions(complaint(R"({"kind":"bug","more":1})"), "more"));
  const std::string whole = complaint(R"({"kind":"bug","owner":"Ann"})");
  CHECK(mentions(whole, "\nowner: "));
  CHECK(mentions(whole, "Ann"));
  CHECK(mentions(whole, "\"additionalProperties\": false"));
}

TEST_CASE("a long text is not matched against a pattern") {
  const std::string answer = R"({"kind":"bug","owner":")" + std::string(200'000, 'a') + "\"}";
  CHECK(mentions(complaint(answer), "200000 bytes"));
  CHECK(
      check("\"" + std::string(200'000, 'a') + "\"", R"({"type":"string"})").find("check.valid").has_value());
}

TEST_CASE(
    "a format is a description and no rule, and a name or a value like any other where it is no keyword") {
  CHECK(check(R"({"kind":"bug","when":"soon"})").find("check.valid").has_value());
  const char* names = R"({"properties":{"format":{"const":{"format":"pdf"}},
                                        "default":{"type":"string","format":"date"},"pattern":{"type":"string"}}})";
  CHECK(check(R"({"format":{"format":"pdf"}})", names).find("check.valid").has_value());
  CHECK(check(R"({"format":{}})", names).find("check.invalid").has_value());
  const std::string digits(200'000, '1');
  CHECK(check("{\"default\":\"" + digits + "\",\"pattern\":\"" + digits + "\"}", names)
            .find("check.valid")
            .has_value());
}

TEST_CASE("what is no schema, or reaches outside of itself, is refused") {
  for (const char* schema :
       {"", "[1]", "{", R"({"type":5})", R"({"$ref":"file:///etc/passwd"})", R"({"pattern":"("})"}) {
    CAPTURE(schema);
    CHECK(code_of([&] { check("\"x\"", schema); }) == "bad_schema");
  }
}

TEST_CASE("it is written to a file and read back") {
  const auto types = stook::component_registry::standard();
  stook::pipeline p;
  p.add("check", stook::json_schema_validator{ticket});
  const stook::json file = types.write(p);
  CHECK(types.write(types.read(file)) == file);
}
