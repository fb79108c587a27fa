#include <oncall/evidence/evidence.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

using namespace stook::sre;
using stook::parse_json;

namespace {

const auto start = stook::timestamp::from_seconds(1'768'435'200);

observation seen(stook::json result, std::string query = "SELECT 1") {
  return {.tool = "sql_investigate",
          .query = std::move(query),
          .from = start,
          .to = start,
          .result = std::move(result)};
}

}  // namespace

TEST_CASE("evidence is numbered in the order of recording and keeps what it was told") {
  auto clock = std::make_shared<stook::manual_clock>(start);
  evidence_log log(clock);
  CHECK(log.record(seen(1)) == "E1");
  clock->advance(std::chrono::seconds(5));
  CHECK(log.record(seen(2)) == "E2");
  REQUIRE(log.find("E2"));
  CHECK(log.find("E2")->result == stook::json(2));
  CHECK(log.find("E2")->ran_at == start + std::chrono::seconds(5));
  CHECK(log.find("E2")->result_digest == stook::sha256_hex("2"));
  CHECK(log.find("E3") == nullptr);
}

TEST_CASE("the same call with the same result is the same evidence") {
  evidence_log log(std::make_shared<stook::manual_clock>());
  const std::string first = log.record(seen(1));
  CHECK(log.record(seen(1)) == first);
  CHECK(log.record(seen(2)) != first);
  CHECK(log.record(seen(1, "SELECT 1 AS one")) != first);
  CHECK(log.items().size() == 3);
}

TEST_CASE("a long result is kept as an excerpt, and its digest is that of the whole") {
  boost::json::array rows;
  for (int i = 0; i < 5'000; ++i) rows.push_back({{"n", i}, {"text", std::string(50, 'x')}});
  evidence_log log(std::make_shared<stook::manual_clock>(), {.result_bytes = 4'000});
  const auto* item = log.find(log.record(seen(rows)));
  CHECK(item->truncated);
  CHECK(stook::dump_json(item->result).size() <= 4'000);
  CHECK(item->result.as_array().front().at("n") == 0);
  CHECK(item->result_digest == stook::sha256_hex(canonical_json(rows)));
}

TEST_CASE("an excerpt cuts no character in two") {
  std::string euros;
  for (int i = 0; i < 3'000; ++i) euros += "\xe2\x82\xac";
  const json_excerpt out = excerpt_of(stook::json(euros), 1'000);
  CHECK(out.cut);
  CHECK(stook::is_valid_utf8(out.value.as_string()));
}

TEST_CASE("canonical JSON does not depend on the order of members") {
  CHECK(canonical_json(parse_json(R"({"b": [1, {"y": 1, "x": 2}], "a": 0.5})")) ==
        canonical_json(parse_json(R"({"a": 0.5, "b": [1, {"x": 2, "y": 1}]})")));
}

TEST_CASE("what cannot be kept whole is refused") {
  evidence_log log(std::make_shared<stook::manual_clock>(), {.items = 1, .query_bytes = 10});
  CHECK_THROWS_WITH_AS(log.record(seen(1, "SELECT a longer query")), doctest::Contains("keeps queries whole"),
                       stook::error);
  observation backwards = seen(1);
  backwards.to = start - std::chrono::seconds(1);
  CHECK_THROWS_WITH_AS(log.record(backwards), doctest::Contains("before it begins"), stook::error);
  log.record(seen(1));
  CHECK_THROWS_WITH_AS(log.record(seen(2)), doctest::Contains("no more are kept"), stook::error);
}

TEST_CASE("evidence.jsonl has one object a line") {
  evidence_log log(std::make_shared<stook::manual_clock>());
  log.record(seen("two\nlines"));
  log.record(seen(2));
  const std::string text = to_json_lines(log);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(parse_json(text.substr(0, text.find('\n'))).at("id") == "E1");
}
