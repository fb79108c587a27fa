#include <stook/core/codec.hpp>

#include <doctest/doctest.h>

#include <boost/json/value.hpp>

#include <stook/core/json.hpp>
#include <stook/core/schema.hpp>

#include "refusal.hpp"

namespace oncall {

enum class severity { info, warning, critical };
BOOST_DESCRIBE_ENUM(severity, info, warning, critical)

struct label {
  std::string name, value;
};
STOOK_DESCRIBE(label, (name), (value))

struct log_query {
  std::string service;
  int minutes = 15;
  severity level = severity::warning;
  std::optional<std::string> contains;
  std::vector<label> labels;
};
STOOK_DESCRIBE(log_query, (service, "Service whose logs to read", stook::matching{"^[a-z-]+$"}),
               (minutes, "How far back to look, in minutes", stook::between{1, 1440}, stook::defaulted),
               (level, "Lowest severity to return", stook::defaulted),
               (contains, "Keep only lines with this text"),
               (labels, "Extra label filters", stook::defaulted))

struct node {
  std::string name;
  std::vector<node> children;
};
STOOK_DESCRIBE(node, (name), (children, "", stook::defaulted))

struct everything {
  bool flag{};
  std::int8_t tiny{};
  std::uint64_t huge{};
  double real{};
  float half{};
  std::map<std::string, int> counts;
  std::variant<int, double, std::string> either;
  stook::timestamp when;
  std::vector<std::optional<int>> holes;
};
STOOK_DESCRIBE(everything, (flag), (tiny), (huge), (real), (half), (counts), (either), (when), (holes))

struct base {
  int from_base = 1;
};
STOOK_DESCRIBE(base, (from_base, "of the base", stook::defaulted))
struct derived : base {
  int own = 2;
};
BOOST_DESCRIBE_STRUCT(derived, (base), (own))

}  // namespace oncall

namespace {

std::string problems_of(std::string_view text) {
  try {
    stook::from_json<oncall::log_query>(stook::parse_json(text));
    return "none";
  } catch (const stook::error& e) {
    CHECK(e.code() == "json_invalid");
    return e.what();
  }
}

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a described struct is read from JSON, absent fields keep their defaults") {
  const auto q = stook::from_json<oncall::log_query>(
      stook::parse_json(R"({"service":"checkout","level":"critical","labels":[{"name":"a","value":"b"}]})"));
  CHECK(q.service == "checkout");
  CHECK(q.minutes == 15);
  CHECK(q.level == oncall::severity::critical);
  CHECK_FALSE(q.contains);
  REQUIRE(q.labels.size() == 1);
  CHECK(q.labels[0].value == "b");
}

TEST_CASE("each wrong value is named with its path, what was expected and an example") {
  CHECK(mentions(problems_of("{}"), "service: missing; expected a string matching ^[a-z-]+$"));
  CHECK(mentions(problems_of(R"({"service":1})"), "service: got a number; expected a string"));
  CHECK(mentions(problems_of(R"({"service":"a","minutes":0})"),
                 "minutes: 0 is below the minimum; expected an integer from 1 to 1440, for example 1"));
  CHECK(
      mentions(problems_of(R"({"service":"a","minutes":99999999999})"), "minutes: 99999999999 does not fit"));
  CHECK(mentions(problems_of(R"({"service":"a","minutes":1.5})"), "minutes: got 1.5"));
  CHECK(mentions(problems_of(R"({"service":"a","level":"loud"})"),
                 "level: got \"loud\"; expected one of info, warning, critical, for example \"info\""));
  CHECK(mentions(problems_of(R"({"service":"a","labels":[{"name":"x","value":"y"},{"name":"z"}]})"),
                 "labels[1].value: missing"));
  CHECK(mentions(problems_of(R"({"service":"a","mins":5})"),
                 "mins: no such field; expected only service, minutes, level, contains, labels"));
  CHECK(mentions(problems_of(R"({"service":"UPPER"})"), "service: got \"UPPER\""));
  CHECK(mentions(problems_of("[1]"), "value: got an array"));
}

TEST_CASE("1.0 is an integer, which is the only coercion") {
  CHECK(stook::from_json<int>(stook::parse_json("1.0")) == 1);
  CHECK_THROWS_AS(stook::from_json<int>(stook::parse_json("\"1\"")), stook::error);
  CHECK_THROWS_AS(stook::from_json<bool>(stook::parse_json("1")), stook::error);
  CHECK_THROWS_AS(stook::from_json<std::string>(stook::parse_json("1")), stook::error);
}

TEST_CASE("the schema has the order of the description and every rule") {
  CHECK(
      stook::dump_json(stook::schema_of<oncall::log_query>()) ==
      R"({"type":"object","properties":{)"
      R"("service":{"type":"string","pattern":"^[a-z-]+$","description":"Service whose logs to read"},)"
      R"("minutes":{"type":"integer","minimum":1,"maximum":1440,"description":"How far back to look, in minutes","default":15},)"
      R"("level":{"type":"string","enum":["info","warning","critical"],"description":"Lowest severity to return","default":"warning"},)"
      R"("contains":{"type":"string","description":"Keep only lines with this text"},)"
      R"("labels":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"value":{"type":"string"}},)"
      R"("required":["name","value"],"additionalProperties":false},"description":"Extra label filters","default":[]}},)"
      R"("required":["service"],"additionalProperties":false})");
}

TEST_CASE("a type that contains itself has a schema, a reader and a writer") {
  const auto schema = stook::dump_json(stook::schema_of<oncall::node>());
  CHECK(mentions(schema, R"("$ref":"#/$defs/node")"));
  const std::string text = R"({"name":"a","children":[{"name":"b","children":[]}]})";
  CHECK(stook::to_json_text(stook::from_json<oncall::node>(stook::parse_json(text))) == text);
}

TEST_CASE("every kind survives the way out and back") {
  oncall::everything e{.flag = true,
                       .tiny = -128,
                       .huge = ~std::uint64_t{0},
                       .real = 0.1,
                       .half = 1.5f,
                       .counts = {{"a", 1}},
                       .either = 5.0,
                       .when = stook::timestamp::from_micros(1'700'000'000'123'456),
                       .holes = {1, std::nullopt}};
  const std::string text = stook::to_json_text(e);
  const auto back = stook::from_json<oncall::everything>(stook::parse_json(text));
  CHECK(stook::to_json_text(back) == text);
  CHECK(back.huge == e.huge);
  CHECK(std::get<double>(back.either) == 5.0);
  CHECK(back.when == e.when);
}

TEST_CASE("inherited fields keep the rules of their own description") {
  const auto d = stook::from_json<oncall::derived>(stook::parse_json(R"({"own":3})"));
  CHECK(d.from_base == 1);
  CHECK(d.own == 3);
}

TEST_CASE("a pattern that RE2 refuses is a configuration error") {
  CHECK_THROWS_WITH_AS(stook::detail::pattern_set().matches("(", "x"),
                       doctest::Contains("refuses the pattern"), stook::error);
}

namespace {

struct limits_of_numbers {
  std::uint64_t huge = 0;
  std::uint64_t capped = 0;
  int fraction = 1;
  std::string shorty = "a";
};
STOOK_DESCRIBE(limits_of_numbers, (huge, "", stook::at_least{std::uint64_t{1} << 63}, stook::defaulted),
               (capped, "", stook::at_most{1e19}, stook::defaulted),
               (fraction, "", stook::at_least{0.5}, stook::defaulted),
               (shorty, "", stook::length{1, 2}, stook::defaulted))

using stook_test::refusal_of;

}  // namespace

TEST_CASE("bounds past int64 hold for unsigned numbers") {
  CHECK(refusal_of<limits_of_numbers>(R"({"huge":9223372036854775808})") == "none");
  CHECK(mentions(refusal_of<limits_of_numbers>(R"({"huge":5})"), "huge: 5 is below the minimum"));
  CHECK(refusal_of<limits_of_numbers>(R"({"capped":10000000000000000000})") == "none");
  CHECK(mentions(refusal_of<limits_of_numbers>(R"({"capped":18446744073709551615})"),
                 "capped: 18446744073709551615 is above the maximum"));
}

TEST_CASE("an example in an error is itself a good value") {
  CHECK(mentions(refusal_of<limits_of_numbers>(R"({"fraction":0})"), "for example 1"));
  CHECK_FALSE(mentions(refusal_of<limits_of_numbers>(R"({"shorty":"abc"})"), "for example"));
}

TEST_CASE("a number of a variant is read as the alternative of its kind") {
  using number = std::variant<double, int>;
  CHECK(stook::from_json<number>(stook::parse_json("5")).index() == 1);
  CHECK(stook::from_json<number>(stook::parse_json("5.0")).index() == 0);
  CHECK(stook::from_json<std::variant<std::string, double>>(stook::parse_json("5")).index() == 1);
}

TEST_CASE("a quoted value is cut at a character and escaped") {
  std::string euros;
  for (int i = 0; i < 50; ++i) euros += "\xe2\x82\xac";
  const std::string text = problems_of(R"({"service":"a","level":"\")" + euros + "\"}");
  CHECK(mentions(text, "level: got \"\\\"\xe2\x82\xac"));
  CHECK(mentions(text, "..."));
  CHECK_FALSE(mentions(text, "\xef\xbf\xbd"));
}

TEST_CASE("hidden fields may be absent, and a text that names one is refused") {
  constexpr std::string_view hidden[] = {"service"};
  oncall::log_query q{.service = "kept"};
  const auto& type = stook::detail::type_of<oncall::log_query>();
  stook::detail::decode_report report;
  stook::detail::decode(stook::parse_json("{}"), &q, type, {.hidden = hidden}, report);
  CHECK(report.ok());
  CHECK(q.service == "kept");
  stook::detail::decode(stook::parse_json(R"({"service":"x"})"), &q, type, {.hidden = hidden}, report);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].expected == "only minutes, level, contains, labels");
}

TEST_CASE("maps whose keys are not UTF-8 keep every entry") {
  const std::map<std::string, int> map{{"\xff", 1}, {"\xfe", 2}, {"a", 3}};
  CHECK(stook::to_json(map).as_object().size() == 3);
}
