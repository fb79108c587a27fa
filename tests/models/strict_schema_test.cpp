#include <stook/models/strict_schema.hpp>

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

namespace {

struct cause {
  std::string service;
  std::optional<double> share;
  std::vector<std::string> evidence;
};
STOOK_DESCRIBE(cause, (service, "Its name"), (share, "Of the errors"), (evidence, "Lines"))

std::string strict(std::string_view schema) {
  try {
    const stook::json out = stook::to_strict(stook::parse_json(schema));
    CHECK(stook::is_strict(out));
    return stook::dump_json(out);
  } catch (const stook::error& e) {
    CHECK(e.code() == "bad_schema");
    return e.what();
  }
}

}  // namespace

TEST_CASE("strict is closed, complete and of known words") {
  using std::string_view;
  using stook::is_strict;
  CHECK(is_strict(
      string_view(R"({"type":"object","properties":{},"required":[],"additionalProperties":false})")));
  for (
      const char* loose :
      {"", "[]", R"({"type":"string"})", R"({"type":"object"})",
       R"({"type":"object","properties":{"a":{}},"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{}},"required":["a"]})",
       R"({"type":"object","properties":{"a":{"default":1}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"required":["a"],"additionalProperties":false})",
       R"({"type":"object","properties":{},"anyOf":[{}],"additionalProperties":false})",
       R"({"type":"object","properties":{"a":{"anyOf":[{"not":{}}]}},"required":["a"],"additionalProperties":false})"}) {
    CAPTURE(loose);
    CHECK_FALSE(is_strict(string_view(loose)));
  }
}

TEST_CASE("the optional becomes what may be null, and what providers refuse is left out") {
  CHECK(
      strict(R"({"type":"object","properties":{"a":{"type":"string","maxLength":3}}})") ==
      R"({"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["a"],"additionalProperties":false})");
  CHECK(
      strict(R"({"type":"object","properties":{"a":{"type":"integer","default":3}}})") ==
      R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false})");
  CHECK(strict(R"({"type":"object","properties":{"a":{"type":["string","null"]}}})").find("anyOf") ==
        std::string::npos);
  CHECK(strict(R"({"type":"object","properties":{"a":{"oneOf":[{"type":"null"},{"type":"integer"}]}}})")
            .find(R"("a":{"anyOf":[{"type":"null"},{"type":"integer"}]})") != std::string::npos);
  CHECK(stook::is_strict(stook::to_strict(stook::schema_of<cause>())));
}

TEST_CASE("strict is no deeper than providers read") {
  const auto nested = [](int levels, const std::string& more) {
    std::string schema = R"({"type":"string"})";
    for (int i = 1; i < levels; ++i)
      schema = R"({"type":"object","properties":{"a":)" + schema + "}" + more + "}";
    return schema;
  };
  const std::string needed = R"(,"required":["a"],"additionalProperties":false)";
  CHECK(stook::is_strict(std::string_view(nested(10, needed))));
  CHECK_FALSE(stook::is_strict(std::string_view(nested(11, needed))));
  CHECK(strict(nested(10, needed)).starts_with("{"));
  CHECK(strict(nested(11, needed)).find("nested more than 10 levels deep") != std::string::npos);
  // to be null or something is a level of its own
  CHECK(strict(nested(5, "")).starts_with("{"));
  CHECK(strict(nested(6, "")).find("nested more than 10 levels deep") != std::string::npos);
}

TEST_CASE("what cannot be said strictly is refused, with its place") {
  CHECK(strict(R"({"type":"array"})").starts_with("the root"));
  CHECK(strict(R"({"type":"object"})").starts_with("the root"));
  CHECK(strict(R"({"type":"object","additionalProperties":false})").starts_with("{"));
  CHECK(
      strict(
          R"({"type":"object","properties":{"m":{"type":"object","additionalProperties":{"type":"string"}}}})")
          .starts_with("/properties/m"));
  CHECK(strict(R"({"type":"object","properties":{"m":{"allOf":[]}}})").find("allOf") != std::string::npos);
  CHECK(strict(R"({"type":"object","properties":{"m":7}})").starts_with("/properties/m"));
}
