#include <oncall/tools/window_report.hpp>

#include <doctest/doctest.h>

#include <stook/core/codec.hpp>

using namespace stook;
using namespace stook::sre;

namespace {

timestamp at(const char* text) { return parse_timestamp(text)->value; }

}  // namespace

TEST_CASE("a window reads as a person says it") {
  CHECK(window_text(at("2026-01-15T14:52:00Z"), at("2026-01-15T17:16:00Z")) ==
        "2026-01-15 14:52 to 17:16 UTC (2 h 24 min)");
  CHECK(window_text(at("2026-01-15T23:50:30Z"), at("2026-01-16T00:05:00Z")) ==
        "2026-01-15 23:50:30 to 2026-01-16 00:05 UTC (15 min)");
  CHECK(window_text(at("2026-01-15T14:52:00Z"), {}) == "since 2026-01-15 14:52 UTC (ongoing)");
}

TEST_CASE("durations have the unit that fits") {
  using namespace std::chrono_literals;
  CHECK(duration_text(45s) == "45 s");
  CHECK(duration_text(12min) == "12 min");
  CHECK(duration_text(3h) == "3 h");
  CHECK(duration_text(3h + 29min + 40s) == "3 h 30 min");
}

TEST_CASE("the end of an ongoing window is null, and its state says so") {
  incident_window ongoing;
  ongoing.start = at("2026-01-15T14:52:00Z");
  ongoing.effects = {{.metric = "p95_ms", .baseline_mean = 187.123456789, .window_mean = 512.7}};
  const std::string text = to_json_text(report_window(ongoing));
  CHECK(text.find(R"("end":null)") != text.npos);
  CHECK(text.find(R"("state":"ongoing")") != text.npos);
  CHECK(text.find("187.123,") != text.npos);
  ongoing.end = at("2026-01-15T17:16:00Z");
  CHECK(to_json_text(report_window(ongoing)).find(R"("end":"2026-01-15T17:16:00Z")") != text.npos);
}
