#include <oncall/evidence/numbers.hpp>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

using namespace stook::sre;

namespace {

cited_values cited() {
  evidence_item item;
  item.rows = 17;
  item.window = {stook::parse_timestamp("2026-01-15T19:00:00Z")->value,
                 stook::parse_timestamp("2026-01-15T22:00:00Z")->value};
  item.result = stook::parse_json(R"({
    "start": "2026-01-15T19:26:03Z", "end": "2026-01-15T21:50:03Z",
    "error_rate": 0.0762, "p95_ms": 737.4, "requests": 1234567, "change": -0.351,
    "detail": "pool.max 50 to 10 (CHG-4411) on 10.0.0.1, version v2.3.1"})");
  cited_values out;
  out.add(item);
  return out;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a number of the result is found at the decimals that are written") {
  const auto values = cited();
  for (const char* good :
       {"7.6 %", "7.62%", "8 percent", "0.076", "737 ms", "0.74 s", "737.4", "1,234,567 requests", "1.2M",
        "1235k", "fell by 35 %", "-35.1 %", "from 50 to 10", "17 rows", "737ms.", "(737 ms)"}) {
    CHECK_MESSAGE(values.unsupported(good) == texts{}, good);
  }
  for (const char* bad :
       {"7.7 %", "738 ms", "0.75 s", "1,234,568", "12,34567", "1.3M", "+35.1 %", "18", "51", "76"}) {
    CHECK_MESSAGE(values.unsupported(bad).size() == 1, bad);
  }
}

TEST_CASE("instants and times of day are those of the result, cut or rounded") {
  const auto values = cited();
  for (const char* good :
       {"2026-01-15T19:26:03Z", "2026-01-15T21:26:03+02:00", "2026-01-15T19:26Z", "2026-01-15", "19:26",
        "19:26:03", "21:50Z", "19:26-21:50", "2026-01-15 19:26 UTC", "22:00"}) {
    CHECK_MESSAGE(values.unsupported(good) == texts{}, good);
  }
  for (const char* bad :
       {"2026-01-15T19:27:03Z", "2026-01-16", "19:27", "19:26:05", "21:49", "25:00", "19:26-21:55"}) {
    CHECK_MESSAGE(values.unsupported(bad).size() == 1, bad);
  }
}

TEST_CASE("a duration is a number of the result or the distance of its start and end") {
  const auto values = cited();
  for (const char* good : {"144 minutes", "144-minute outage", "2.4 h", "8640 s", "3 hours"}) {
    CHECK_MESSAGE(values.unsupported(good) == texts{}, good);
  }
  for (const char* bad : {"143 minutes", "2.5 h", "144 ms"})
    CHECK_MESSAGE(values.unsupported(bad).size() == 1, bad);
}

TEST_CASE("a word with digits occurs as it is written, and whole") {
  const auto values = cited();
  for (const char* good :
       {"p95", "CHG-4411", "v2.3.1", "10.0.0.1", "see E7", "chg-4411,", "no digits at all"}) {
    CHECK_MESSAGE(values.unsupported(good) == texts{}, good);
  }
  for (const char* bad : {"p99", "CHG-441", "CHG-44112", "v2.3.2", "10.0.0.2", "web-99", "5xx"}) {
    CHECK_MESSAGE(values.unsupported(bad).size() == 1, bad);
  }
}

TEST_CASE("ranges are their two ends") {
  const auto values = cited();
  CHECK(values.unsupported("10-50") == texts{});
  CHECK(values.unsupported("7.6-35 %") == texts{});
  CHECK(values.unsupported("10-51") == texts{"10-51"});
}

TEST_CASE("each missing piece is named once") {
  CHECK(cited().unsupported("99 and 99 and 98") == texts{"99", "98"});
}

TEST_CASE("names are whole names") {
  evidence_item item;
  item.result = stook::parse_json(R"([{"service": "db-proxy"}, {"service": "Payments"}])");
  cited_values values;
  values.add(item);
  CHECK(values.has_name("db-proxy"));
  CHECK(values.has_name("payments"));
  CHECK_FALSE(values.has_name("db"));
  CHECK_FALSE(values.has_name("pay"));
  CHECK_FALSE(values.has_name(""));
}

TEST_CASE("nothing supports nothing") {
  const cited_values values;
  CHECK(values.unsupported("3 errors") == texts{"3"});
  CHECK(values.unsupported("errors") == texts{});
  CHECK_FALSE(values.has_number(0));
}

TEST_CASE("odd text is read without harm") {
  const auto values = cited();
  for (std::string text : {std::string("-"), std::string("1e999"), std::string("9", 1),
                           std::string(5'000, '9'), std::string("--1--2--"), std::string("1,2,3,4"),
                           std::string("\xff\xfe 1"), std::string("::::1"), std::string("1e")}) {
    CHECK_NOTHROW(values.unsupported(text));
  }
}
