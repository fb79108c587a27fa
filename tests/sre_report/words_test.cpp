#include <oncall/report/words.hpp>

#include <doctest/doctest.h>

using namespace stook::sre::report;
using namespace std::chrono_literals;

namespace {

const stook::timestamp afternoon = stook::parse_timestamp("2026-01-15T14:52:00Z")->value;

}  // namespace

TEST_CASE("times are written for people") {
  CHECK(clock_text(afternoon) == "14:52");
  CHECK(clock_text(afternoon + 8s) == "14:52:08");
  CHECK(instant_text(afternoon) == "15 Jan 2026, 14:52");
  CHECK(span_text(afternoon, afternoon + 2h) == "15 Jan 2026, 14:52 to 16:52");
  CHECK(span_text(afternoon, afternoon + 20h) == "15 Jan 2026, 14:52 to 16 Jan 2026, 10:52");
  CHECK(span_text(afternoon, {}) == "since 15 Jan 2026, 14:52");
  CHECK(length_text(144min) == "2\u00A0h\u00A024\u00A0min");
}

TEST_CASE("counts and shares are written for people") {
  CHECK(count_text(0, "row", "rows") == "no rows");
  CHECK(count_text(1, "row", "rows") == "1 row");
  CHECK(count_text(1'234, "row", "rows") == "1,234 rows");
  CHECK(percent_text(0.649) == "65\u00A0%");
  CHECK(percent_text(0.001) == "under 1\u00A0%");
  CHECK(percent_text(0) == "0\u00A0%");
  CHECK(words_of("stop_the_bleeding") == "stop the bleeding");
}

TEST_CASE("foreign text makes no markup, no direction and no flood") {
  CHECK(escaped("<b a=\"1\" b='2'>&") == "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
  CHECK(shown(std::string("a\0b\1c", 5)) == "a\uFFFDb c");
  CHECK(shown("a\u202Eb\u2066c\u061Cd") == "a b c d");
  CHECK(shown("caf\xC3") == "caf\uFFFD");
  CHECK(shown(std::string(100'000, 'x'), 50).size() < 60);
}
