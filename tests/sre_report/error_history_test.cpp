#include <oncall/report/error_history.hpp>

#include <numeric>

#include <doctest/doctest.h>

#include "made_instants.hpp"

using namespace stook::sre;
using namespace stook::sre::report;
using stook_test::midnight;
using stook_test::whole_day;
using namespace std::chrono_literals;

namespace {

void add(log_table& to, std::chrono::minutes at, const char* service, const char* level, const char* kind,
         const char* message) {
  to.ts.push_back(midnight + at);
  to.service.push_back(service);
  to.region.push_back("");
  to.level.push_back(level);
  to.error_kind.push_back(kind);
  to.endpoint.push_back("");
  to.latency_ms.push_back(1);
  to.trace_id.push_back("");
  to.user_id.push_back("");
  to.message.push_back(message);
}

/// "loud" logs an error every other minute all day; "pool" runs out from 10:00 to 11:00.
log_table made_logs() {
  log_table out;
  for (int m = 0; m < 1'440; ++m) {
    add(out, std::chrono::minutes(m), "web", "INFO", "", "GET /");
    if (m % 2 == 0) add(out, std::chrono::minutes(m), "loud", "WARN", "Noise", "noise 7");
    if (m >= 600 && m < 660)
      add(out, std::chrono::minutes(m), "pool", "ERROR", "Exhausted", "no connection in 30 ms");
  }
  return out;
}

}  // namespace

TEST_CASE("errors are counted by service and kind, what rose first, and no line is lost") {
  const log_table logs = made_logs();
  const std::vector<marked_window> windows{{{midnight + 600min, midnight + 660min}, "I1"}};
  const error_history h = count_errors(logs, whole_day, windows);
  REQUIRE(h.shown.size() == 2);
  CHECK(h.shown[0].service == "pool");
  CHECK(h.shown[0].kind == "Exhausted");
  CHECK(h.shown[0].message == "no connection in <int> ms");
  CHECK(h.shown[0].in_windows == 60);
  CHECK(h.shown[0].usual == 0);
  CHECK(h.shown[1].in_windows == 30);
  CHECK(h.shown[1].usual == doctest::Approx(30));
  CHECK(h.lines == 780);
  for (const error_series& s : h.shown) {
    CHECK(s.bins.size() <= 144);
    CHECK(std::accumulate(s.bins.begin(), s.bins.end(), std::int64_t{0}) == s.total);
  }
  CHECK(h.bin == 15min);
  CHECK(h.shown[0].bins[40] == 15);  // 10:00
  CHECK(h.shown[0].bins[39] == 0);
}

TEST_CASE("without an incident the most frequent comes first, and the rest is counted") {
  const error_history h = count_errors(made_logs(), whole_day, {}, 1);
  REQUIRE(h.shown.size() == 1);
  CHECK(h.shown[0].service == "loud");
  CHECK(h.hidden_series == 1);
  CHECK(h.hidden_lines == 60);
  CHECK(count_errors({}, whole_day, {}).shown.empty());
  CHECK(count_errors(made_logs(), {midnight, midnight}, {}).shown.empty());
}

TEST_CASE("the shades cover every count once") {
  for (const std::uint32_t highest : {1U, 2U, 3U, 7U, 12U, 100U, 65'000U}) {
    CAPTURE(highest);
    std::uint32_t next = 1;
    for (const std::string& range : shade_ranges(highest)) {
      if (range.empty()) continue;
      CHECK(std::stoul(range) == next);
      const std::size_t dash = range.find("–");
      const auto last = static_cast<std::uint32_t>(
          dash == std::string::npos ? std::stoul(range)
                                    : std::stoul(range.substr(dash + std::string("–").size())));
      CHECK(last >= next);
      next = last + 1;
    }
    CHECK(next == highest + 1);
  }
}
