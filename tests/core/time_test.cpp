#include <stook/core/time.hpp>

#include <doctest/doctest.h>

using stook::parse_timestamp;
using stook::timestamp;

TEST_CASE("every spelling of one instant reads as that instant") {
  for (const char* text : {"2026-01-02T03:04:05Z", "2026-01-02T05:04:05+02:00", "2026-01-01T22:04:05-0500",
                           "2026-01-02 03:04:05", "2026-01-02t03:04:05z", "2026-01-02T05:04:05+02",
                           "2026-01-02 05:04:05 +02:00", "2026-01-02T03:04:05.000000Z"}) {
    CAPTURE(text);
    const auto read = parse_timestamp(text);
    REQUIRE(read);
    CHECK(to_string(read->value) == "2026-01-02T03:04:05Z");
  }
}

TEST_CASE("a text without a zone is UTC and says so") {
  CHECK_FALSE(parse_timestamp("2026-01-02T03:04")->had_zone);
  CHECK_FALSE(parse_timestamp("2026-01-02")->had_zone);
  CHECK(parse_timestamp("2026-01-02T03:04Z")->had_zone);
}

TEST_CASE("fractions keep their microseconds and print only where there are any") {
  CHECK(to_string(parse_timestamp("2026-01-02T03:04:05.5Z")->value) == "2026-01-02T03:04:05.500Z");
  CHECK(to_string(parse_timestamp("2026-01-02T03:04:05.123456789Z")->value) == "2026-01-02T03:04:05.123456Z");
  CHECK(to_string(timestamp::from_micros(-1)) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("what is not an instant is refused") {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-02T25:00:00Z", "2026-01-02T",
                           "2026-01-02T03:04:05Zjunk", "2026-01-02T03:04:05+", "1700000000", "2026-1-2",
                           "0000-01-01", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:61Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("every instant of the range is written and read back") {
  constexpr std::int64_t first = -62'135'596'800'000'000, last = 253'402'300'799'999'999;
  for (const std::int64_t us : {first, last, std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}}) {
    const auto read = parse_timestamp(to_string(timestamp::from_micros(us)));
    REQUIRE(read);
    CHECK(read->value.micros() == us);
  }
}

TEST_CASE("an instant outside the range is written with the digits that its year takes") {
  CHECK(to_string(timestamp::from_micros(253'402'300'800'000'000)) == "10000-01-01T00:00:00Z");
  CHECK(to_string(timestamp::from_micros(-62'135'596'800'000'001)) == "0000-12-31T23:59:59.999999Z");
}

TEST_CASE("an offset or a leap second that leads out of the years 1 to 9999 is refused") {
  for (const char* text :
       {"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
  CHECK(to_string(parse_timestamp("2016-12-31T23:59:60Z")->value) == "2017-01-01T00:00:00Z");
}
