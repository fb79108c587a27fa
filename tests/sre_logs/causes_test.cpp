#include <oncall/causes/causes.hpp>

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <oncall/data/generate.hpp>
#include <oncall/data/loaders.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "made_logs.hpp"
#include "support/sanitized.hpp"

using namespace stook::sre;
using namespace stook::sre::testing;
using stook::sre::mechanism;

namespace {

log_signal signal(const char* id, const char* service, const char* kind, int count, int onset_minute,
                  double expected = 0) {
  log_signal out;
  out.id = id;
  out.service = service;
  out.kind = kind;
  out.count = count;
  out.expected = expected;
  out.lift = (count - expected) / std::sqrt(expected + 1);
  out.onset = out.first_seen = at(36'000 + onset_minute * 60);
  return out;
}

log_scan scan_of(std::vector<log_signal> signals) {
  log_scan out;
  out.window = hours(10, 12);
  out.quiet_hours = 22;
  out.signals = std::move(signals);
  return out;
}

const std::vector<call_edge> shop{{"web", "pay"}, {"pay", "db"}, {"web", "search"}};

}  // namespace

TEST_CASE("a pool that runs out is named before the louder time-outs of its callers") {
  const log_scan scan =
      scan_of({signal("S1", "web", "UpstreamTimeout", 900, 1), signal("S2", "pay", "UpstreamTimeout", 500, 1),
               signal("S3", "db", "DBConnPoolExhausted", 60, 0)});
  const cause_report report = rank_causes(scan, shop, {});
  REQUIRE(report.outcome == cause_outcome::found);
  const ranked_cause& first = report.hypotheses.front();
  CHECK(first.id == "H1");
  CHECK(first.service == "db");
  CHECK(first.mechanism == mechanism::connection_pool_exhaustion);
  CHECK(first.explains_share == 1);
  CHECK(first.evidence == std::vector<std::string>{"S3"});
  CHECK(first.unexplained.empty());
  CHECK_FALSE(first.falsifier.empty());
  CHECK_FALSE(first.check.empty());
  CHECK(report.hypotheses.size() == 3);
}

TEST_CASE("signals outside of the blast radius are named as unexplained") {
  const log_scan scan = scan_of(
      {signal("S1", "db", "DBConnPoolExhausted", 90, 0), signal("S2", "search", "OutOfMemory", 10, 30)});
  const ranked_cause first = rank_causes(scan, shop, {}).hypotheses.front();
  CHECK(first.service == "db");
  CHECK(first.explains_share == 0.9);
  CHECK(first.unexplained == std::vector<std::string>{"S2"});
}

TEST_CASE(
    "a change before the onset raises a hypothesis, its confidence and its radius to what the service "
    "calls") {
  const log_scan scan = scan_of(
      {signal("S1", "db", "DBConnPoolExhausted", 60, 1), signal("S2", "pay", "RetriesUsedUp", 90, 0)});
  const std::vector<change_event> deploy{
      {.ts = at(36'000 - 300), .kind = "deploy", .service = "pay", .detail = "pay 2.1"}};
  CHECK(rank_causes(scan, shop, {}).hypotheses.front().service == "db");
  const ranked_cause first = rank_causes(scan, shop, deploy).hypotheses.front();
  CHECK(first.service == "pay");
  CHECK(first.mechanism == mechanism::connection_pool_exhaustion);  // it shows in what the service exhausts
  CHECK(first.wears_out == "db");
  CHECK(first.statement.find("pay exhausts db") == 0);
  REQUIRE(first.trigger);
  CHECK(first.trigger->minutes_before == 6);  // before the first sign in db
  CHECK(first.explains_share == 1);
  CHECK(first.confidence.level == cause_confidence_level::high);
  CHECK(first.confidence.capped_by.empty());
}

TEST_CASE("a change long before, after the onset or elsewhere is no trigger") {
  const log_scan scan = scan_of({signal("S1", "db", "DBConnPoolExhausted", 60, 1)});
  for (const change_event& event : {change_event{at(36'000 - 3 * 3'600), "deploy", "db", ""},
                                    change_event{at(36'000 + 1'800), "rollback", "db", ""},
                                    change_event{at(36'000 - 300), "deploy", "search", ""}}) {
    const cause_report report = rank_causes(scan, shop, {&event, 1});
    CHECK(report.hypotheses.size() == 1);
    CHECK_FALSE(report.hypotheses.front().trigger);
    CHECK(report.hypotheses.front().confidence.level == cause_confidence_level::medium);
    CHECK(report.hypotheses.front().confidence.capped_by.size() == 1);
  }
}

TEST_CASE("a change on a service that logs nothing is a hypothesis if its callers fail") {
  const log_scan scan = scan_of({signal("S1", "pay", "UpstreamTimeout", 60, 0)});
  const std::vector<change_event> change{{at(36'000 - 120), "config_change", "db", "max_connections 10"}};
  const ranked_cause first = rank_causes(scan, shop, change).hypotheses.front();
  CHECK(first.service == "db");
  CHECK(first.mechanism == mechanism::bad_change);
  CHECK(first.evidence == std::vector<std::string>{"S1"});
}

TEST_CASE("without a topology the earlier signal explains the later one") {
  const log_scan scan =
      scan_of({signal("S1", "b", "OutOfMemory", 80, 40), signal("S2", "a", "DeadlockDetected", 70, 0)});
  const cause_report report = rank_causes(scan, {}, {});
  CHECK(report.hypotheses.front().service == "a");
  CHECK(report.hypotheses.front().explains_share == 1);
  CHECK(report.hypotheses.back().unexplained == std::vector<std::string>{"S2"});
}

TEST_CASE(
    "a time-out of a service that calls nothing known is a cause outside the telemetry, with low "
    "confidence") {
  const log_scan scan = scan_of({signal("S1", "db", "UpstreamTimeout", 200, 0)});
  const ranked_cause first = rank_causes(scan, shop, {}).hypotheses.front();
  CHECK(first.mechanism == mechanism::external_dependency);
  CHECK(first.confidence.level == cause_confidence_level::low);
}

TEST_CASE("missing telemetry and a missing baseline cap the confidence") {
  log_scan scan = scan_of({signal("S1", "db", "DBConnPoolExhausted", 200, 0)});
  CHECK(rank_causes(scan, shop, {}).hypotheses.front().confidence.level == cause_confidence_level::medium);
  CHECK(rank_causes(scan, shop, {}, {.missing_share = 0.3}).hypotheses.front().confidence.level ==
        cause_confidence_level::low);
  scan.quiet_hours = 0;
  CHECK(rank_causes(scan, shop, {}).hypotheses.front().confidence.level == cause_confidence_level::low);
}

TEST_CASE("onsets are corrected for clocks that are wrong") {
  log_scan scan =
      scan_of({signal("S1", "a", "OutOfMemory", 80, 30), signal("S2", "b", "DeadlockDetected", 80, 0)});
  CHECK(rank_causes(scan, {}, {}).hypotheses.front().service == "b");
  scan.clock_skew = {{.service = "a", .seconds = 3'600}};
  CHECK(rank_causes(scan, {}, {}).hypotheses.front().service == "a");
}

TEST_CASE("errors that are loud all day and a handful of lines are no cause") {
  const log_scan scan =
      scan_of({signal("S1", "search", "ScrapeFailed", 1'000, 0, 990), signal("S2", "db", "Slow", 1, 0)});
  const cause_report report = rank_causes(scan, shop, {});
  CHECK(report.outcome == cause_outcome::nothing);
  CHECK(report.hypotheses.empty());
}

TEST_CASE("where only a line or two tell of a failure it is named, and trusted little") {
  const log_scan scan =
      scan_of({signal("S1", "db", "Deadlock", 2, 0), signal("S2", "web", "Slow", 2, 0, 1.5)});
  const cause_report report = rank_causes(scan, shop, {});
  CHECK(report.outcome == cause_outcome::inconclusive);
  REQUIRE(report.hypotheses.size() == 1);
  CHECK(report.hypotheses.front().service == "db");
  CHECK(report.hypotheses.front().confidence.level == cause_confidence_level::low);
}

TEST_CASE("alerts and what is done about an incident are no triggers") {
  const log_scan scan = scan_of({signal("S1", "db", "DBConnPoolExhausted", 60, 3)});
  for (const char* kind : {"alert", "rollback", "Restart", "page"}) {
    const std::vector<change_event> events{
        {.ts = at(36'000 - 60), .kind = kind, .service = "db", .detail = ""}};
    CHECK_FALSE(rank_causes(scan, shop, events).hypotheses.front().trigger);
  }
}

TEST_CASE("a change after the metrics went bad is no trigger, however late the logs are") {
  const log_scan scan = scan_of({signal("S1", "db", "DBConnPoolExhausted", 60, 40)});
  const std::vector<change_event> late{
      {.ts = at(36'000 + 20 * 60), .kind = "deploy", .service = "db", .detail = "db 2"}};
  CHECK_FALSE(rank_causes(scan, shop, late).hypotheses.front().trigger);
}

TEST_CASE("a caller that repeats its callee's failure, or times out on it, is not blamed") {
  const log_scan scan = scan_of({signal("S1", "web", "UpstreamTimeout", 900, 0),
                                 signal("S2", "pay", "DBConnPoolExhausted", 300, 0),
                                 signal("S3", "db", "DBConnPoolExhausted", 6, 2)});
  CHECK(rank_causes(scan, shop, {}).hypotheses.front().service == "db");
}

TEST_CASE("without a topology the traces tell who calls whom") {
  log_scan scan = scan_of({signal("S1", "pay", "UpstreamTimeout", 900, 0),
                           signal("S2", "db", "DBConnPoolExhausted", 60, 0),
                           signal("S3", "search", "UpstreamTimeout", 20, 0)});
  scan.calls = {{"pay", "db", 40}};
  const ranked_cause first = rank_causes(scan, {}, {}).hypotheses.front();
  CHECK(first.service == "db");
  CHECK(first.unexplained == std::vector<std::string>{"S3"});
}

TEST_CASE("where the logs say nothing the last change just before is named, without trust") {
  const std::vector<change_event> events{
      {.ts = at(36'000 - 600), .kind = "deploy", .service = "pay", .detail = ""},
      {.ts = at(36'000 - 7'200), .kind = "deploy", .service = "db", .detail = ""}};
  const cause_report report = rank_causes(scan_of({}), shop, events);
  CHECK(report.outcome == cause_outcome::inconclusive);
  REQUIRE(report.hypotheses.size() == 1);
  CHECK(report.hypotheses.front().service == "pay");
  CHECK(report.hypotheses.front().confidence.level == cause_confidence_level::low);
  CHECK(rank_causes(scan_of({}), shop, {&events.back(), 1}).hypotheses.empty());
}

TEST_CASE("many unrelated failures are inconclusive, and the hypotheses are still listed") {
  std::vector<call_edge> none{{"x", "y"}};
  const log_scan scan =
      scan_of({signal("S1", "a", "OutOfMemory", 30, 0), signal("S2", "b", "DeadlockDetected", 30, 0),
               signal("S3", "c", "DnsError", 30, 0)});
  const cause_report report = rank_causes(scan, none, {});
  CHECK(report.outcome == cause_outcome::inconclusive);
  CHECK(report.hypotheses.size() == 3);
}

TEST_CASE("the made day's cause is found on every seed, with and without topology, kinds and order") {
  int medium = 0;
  for (std::uint64_t seed = 0; seed < (sanitized ? 3 : 20); ++seed) {
    CAPTURE(seed);
    const made_day day = load_day({.seed = seed});
    const log_scan scan = scan_logs(day.logs, day.window, {.top = 30});
    const cause_report report = rank_causes(scan, day.topology, day.events);
    REQUIRE(report.outcome == cause_outcome::found);
    CHECK(report.hypotheses.front().service == "db-proxy");
    CHECK(report.hypotheses.front().mechanism == mechanism::connection_pool_exhaustion);
    CHECK(report.hypotheses.front().confidence.level != cause_confidence_level::high);
    if (report.hypotheses.front().confidence.level == cause_confidence_level::medium) ++medium;
    CHECK(rank_causes(scan, {}, day.events).hypotheses.front().service == "db-proxy");

    log_table blank = shuffled_and_sorted(day.logs, static_cast<unsigned>(seed));
    blank.error_kind = {};
    for (std::size_t row = 0; row < blank.size(); ++row) blank.error_kind.push_back("");
    const cause_report unnamed =
        rank_causes(scan_logs(blank, day.window, {.top = 30}), day.topology, day.events);
    CHECK(unnamed.hypotheses.front().service == "db-proxy");
    CHECK(unnamed.hypotheses.front().mechanism == mechanism::connection_pool_exhaustion);
  }
  CHECK(medium >= (sanitized ? 2 : 18));
}

TEST_CASE("quiet days have no cause in any window") {
  for (std::uint64_t seed = 0; seed < (sanitized ? 2 : 10); ++seed) {
    const made_day day = load_day({.seed = seed, .quiet = true});
    for (int hour = 0; hour < 22; hour += 3) {
      CAPTURE(seed);
      CAPTURE(hour);
      const cause_report report =
          rank_causes(scan_logs(day.logs, hours(hour, hour + 2), {.top = 30}), day.topology, day.events);
      CHECK(report.outcome != cause_outcome::found);
      for (const ranked_cause& h : report.hypotheses)
        CHECK(h.confidence.level == cause_confidence_level::low);
    }
  }
}

TEST_CASE("a report is written as JSON and read back") {
  const made_day day = load_day({.seed = 1});
  const cause_report report =
      rank_causes(scan_logs(day.logs, day.window, {.top = 30}), day.topology, day.events);
  const std::string text = stook::to_json_text(report);
  CHECK(stook::to_json_text(stook::from_json<cause_report>(stook::parse_json(text))) == text);
  CHECK(text.size() < 8'192);
}

TEST_CASE("a database that logs nothing is named by those that call it") {
  const std::vector<call_edge> calls{
      {"web", "pay"}, {"web", "stock"}, {"pay", "pg-main"}, {"stock", "pg-main"}};
  log_signal pay = signal("S1", "pay", "PoolTimeout", 60, 0);
  pay.message = "no connection of pg-main is free: the pool is exhausted";
  log_signal stock = signal("S2", "stock", "PoolTimeout", 50, 0);
  stock.message = pay.message;
  const log_scan scan = scan_of({signal("S3", "web", "UpstreamTimeout", 300, 1), pay, stock});
  const ranked_cause first = rank_causes(scan, calls, {}).hypotheses.front();
  CHECK(first.service == "pg-main");
  CHECK(first.mechanism == mechanism::connection_pool_exhaustion);
  CHECK(first.explains_share == 1);

  SUBCASE("not one that logs itself") {
    log_scan both = scan;
    both.latency = {{.service = "pg-main", .lines = 900}};
    CHECK(rank_causes(both, calls, {}).hypotheses.front().service != "pg-main");
  }
}

TEST_CASE("calls in vain of a name that is no service of ours are the fault of somebody outside") {
  log_signal timed_out = signal("S1", "pay", "UpstreamTimeout", 60, 0);
  timed_out.message = "call to weather feed timed out after <int> ms";
  const auto first = [&] { return rank_causes(scan_of({timed_out}), shop, {}).hypotheses.front(); };
  CHECK(first().mechanism == mechanism::external_dependency);
  CHECK(first().confidence.level == cause_confidence_level::low);
  timed_out.message = "call to search timed out after <int> ms";
  CHECK(first().mechanism != mechanism::external_dependency);
  timed_out.message = "call to upstream timed out after <int> ms";
  CHECK(first().mechanism != mechanism::external_dependency);
}

TEST_CASE(
    "a change on a caller explains its callee's exhaustion only if it came just before, or speaks of it") {
  const log_scan scan =
      scan_of({signal("S1", "web", "UpstreamTimeout", 90, 0), signal("S2", "pay", "UpstreamTimeout", 90, 0),
               signal("S3", "db", "DBConnPoolExhausted", 60, 0)});
  const auto blamed = [&](int minutes_before, const char* detail) {
    const std::vector<change_event> events{
        {.ts = at(36'000 - minutes_before * 60), .kind = "deploy", .service = "pay", .detail = detail}};
    return rank_causes(scan, shop, events).hypotheses.front().service;
  };
  CHECK(blamed(2, "pay 2.1") == "pay");
  log_scan mixed = scan;  // half of what the callee logs tells nothing
  mixed.signals.push_back(signal("S4", "db", "E-17", 60, 0));
  const std::vector<change_event> earlier{
      {.ts = at(36'000 - 20 * 60), .kind = "deploy", .service = "pay", .detail = "pay 2.1"}};
  CHECK(rank_causes(mixed, shop, earlier).hypotheses.front().service == "db");
  CHECK(blamed(25, "pay 2.1") == "db");
  CHECK(blamed(25, "pay 2.1: pool of 40 connections each") == "pay");
  CHECK(blamed(25, "pay 2.1: writes to db in parallel") == "pay");
  const std::vector<change_event> undone{
      {.ts = at(36'000 - 25 * 60), .kind = "deploy", .service = "pay", .detail = "pay 2.1"},
      {.ts = at(43'200 - 60), .kind = "Deploy rollback", .service = "pay", .detail = "pay 2.0"}};
  CHECK(rank_causes(scan, shop, undone).hypotheses.front().service == "pay");
}

TEST_CASE("a service that logs nothing unusual is named by the callers that wait for it in vain") {
  const std::vector<call_edge> calls{{"web", "pay"}, {"web", "cart"}, {"pay", "stock"}, {"cart", "stock"}};
  log_signal pay = signal("S1", "pay", "ReadTimeout", 60, 0);
  log_signal cart = signal("S2", "cart", "ReadTimeout", 50, 0);
  log_signal web = signal("S3", "web", "ReadTimeout", 300, 1);
  pay.message = cart.message = web.message = "call to <*> timed out after <int> ms";
  pay.names = cart.names = {{.service = "stock", .share = 0.9}};
  web.names = {{.service = "pay", .share = 0.5}, {.service = "cart", .share = 0.5}};

  const cause_report report = rank_causes(scan_of({web, pay, cart}), calls, {});
  const ranked_cause& first = report.hypotheses.front();
  CHECK(first.service == "stock");
  CHECK(first.told_by_callers);
  CHECK(first.explains_share == 1);
  CHECK(first.statement ==
        "stock does not answer those that call it: pay logged ReadTimeout 60 times; none is usual.");

  SUBCASE("also where nobody says who calls whom") {
    CHECK(rank_causes(scan_of({web, pay, cart}), {}, {}).hypotheses.front().service == "stock");
  }
  SUBCASE("not where it calls what fails by its own words") {
    std::vector<call_edge> deeper = calls;
    deeper.push_back({"stock", "db"});
    const log_scan scan = scan_of({web, pay, cart, signal("S4", "db", "DiskFull", 9, 0)});
    CHECK(rank_causes(scan, deeper, {}).hypotheses.front().service == "db");
  }
  SUBCASE("not by one that was changed itself just before") {
    const std::vector<change_event> events{
        {.ts = at(36'000 - 120), .kind = "deploy", .service = "pay", .detail = "pay 2"}};
    const ranked_cause blamed = rank_causes(scan_of({web, pay}), calls, events).hypotheses.front();
    CHECK(blamed.service == "pay");
    CHECK(blamed.mechanism == mechanism::bad_change);
  }
}
