#include <oncall/eval/day.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <oncall/data/loaders.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

#include "support/sanitized.hpp"

using namespace stook;
using namespace stook::sre;
using namespace stook::sre::eval;

namespace {

struct loaded_case {
  made_case made;
  metrics_table metrics;
  log_table logs;
  std::vector<change_event> events;
};

loaded_case load(std::string_view name, std::uint64_t seed, bool quiet = false) {
  loaded_case out{
      .made = make_case(*find_scenario(name), seed, quiet), .metrics = {}, .logs = {}, .events = {}};
  const auto where = std::filesystem::temp_directory_path() /
                     ("stook-eval-day-" + std::string(name) + std::to_string(seed) + (quiet ? "q" : ""));
  write_day(out.made.day, where);
  out.metrics = load_metrics(where / "metrics.csv").table;
  out.logs = load_logs(where / "logs.csv").table;
  out.events = load_events(where / "events.csv").events;
  std::filesystem::remove_all(where);
  return out;
}

/// Mean of the errors' series inside or outside of an incident.
double mean_errors(const loaded_case& c, const true_incident& i, bool inside) {
  double sum = 0;
  double count = 0;
  for (const metric_series& s : c.metrics.series) {
    if (infer_sense(s.name).role != metric_role::errors) continue;
    for (std::size_t k = 0; k < s.values.size(); ++k) {
      const timestamp t = c.metrics.ts[k];
      const bool in = t >= i.start && t < i.end.value_or(c.made.answer.data_end);
      if (in != inside) continue;
      sum += s.values[k];
      ++count;
    }
  }
  return sum / count;
}

std::size_t errors_of(const log_table& logs, const std::string& service, timestamp from, timestamp to) {
  std::size_t out = 0;
  for (std::size_t row = 0; row < logs.size(); ++row) {
    if (logs.ts[row] >= from && logs.ts[row] < to && logs.service[row] == service &&
        logs.level[row] != "INFO")
      ++out;
  }
  return out;
}

}  // namespace

TEST_CASE("a case is the same bytes each time, and another for another seed, scenario or twin") {
  const scenario& kind = *find_scenario("bad_deploy");
  const made_case a = make_case(kind, 3, false);
  const made_case b = make_case(kind, 3, false);
  CHECK(a.day.metrics_csv == b.day.metrics_csv);
  CHECK(a.day.logs_csv == b.day.logs_csv);
  CHECK(a.day.events_csv == b.day.events_csv);
  CHECK(a.day.truth_json == b.day.truth_json);
  CHECK(make_case(kind, 4, false).day.metrics_csv != a.day.metrics_csv);
  CHECK(make_case(*find_scenario("bad_config"), 3, false).day.metrics_csv != a.day.metrics_csv);
  CHECK(make_case(kind, 3, true).day.metrics_csv != a.day.metrics_csv);
}

TEST_CASE("the truth is in the data of every scenario at full strength: metrics, logs and changes") {
  for (std::size_t k = 0; k < scenarios().size(); k += sanitized ? 4 : 1) {
    const scenario& kind = scenarios()[k];
    if (kind.quiet()) continue;
    CAPTURE(kind.name);
    const loaded_case c = load(kind.name, 5);  // seed 5 has the first amplitude
    REQUIRE_FALSE(c.made.answer.incidents.empty());
    for (const true_incident& i : c.made.answer.incidents) {
      CHECK(mean_errors(c, i, true) > 1.3 * mean_errors(c, i, false));
      CHECK(i.failed_requests > 0);
      CHECK(i.end.has_value() != kind.ongoing);
      CHECK_FALSE(i.mechanisms.empty());
      if (i.trigger) {
        CHECK(i.trigger->t < i.start);
        CHECK(std::ranges::any_of(c.events, [&](const change_event& e) {
          return e.ts == i.trigger->t && e.service == i.trigger->service;
        }));
      }
    }
  }
}

TEST_CASE("the service at fault logs more errors while it fails than before") {
  for (const char* name : {"pool_behind_symptoms", "bad_deploy", "slow_leak", "overload", "one_region"}) {
    CAPTURE(name);
    const loaded_case c = load(name, 5);
    const true_incident& i = c.made.answer.incidents.front();
    const auto length = *i.end - i.start;
    CHECK(errors_of(c.logs, *i.service, i.start, *i.end) >
          5 + 2 * errors_of(c.logs, *i.service, i.start - length, i.start));
  }
}

TEST_CASE("a quiet twin has the same names, metrics and changes, and nothing that went wrong") {
  const loaded_case fault = load("bad_deploy", 5);
  const loaded_case quiet = load("bad_deploy", 5, true);
  CHECK(quiet.made.answer.incidents.empty());
  CHECK(quiet.made.answer.amplitude == 0);
  REQUIRE(quiet.metrics.series.size() == fault.metrics.series.size());
  for (std::size_t k = 0; k < quiet.metrics.series.size(); ++k)
    CHECK(quiet.metrics.series[k].name == fault.metrics.series[k].name);
  const true_incident& i = fault.made.answer.incidents.front();
  CHECK(std::ranges::any_of(quiet.events, [&](const change_event& e) { return e.ts == i.trigger->t; }));
  const double at_the_same_time = mean_errors(quiet, i, true);
  CHECK(at_the_same_time < 1.3 * mean_errors(quiet, i, false));
}

TEST_CASE("oddities do what they are called") {
  const std::string shuffled = make_case(*find_scenario("shuffled_rows"), 5, false).day.metrics_csv;
  std::istringstream rows(shuffled);
  std::vector<std::string> lines;
  for (std::string line; std::getline(rows, line);) lines.push_back(line);
  CHECK_FALSE(std::ranges::is_sorted(lines.begin() + 1, lines.end()));
  const loaded_case blank = load("message_only", 5);
  for (std::size_t row = 0; row < blank.logs.size(); ++row) REQUIRE(blank.logs.error_kind[row].empty());
  CHECK(make_case(*find_scenario("skew_and_zones"), 5, false).day.logs_csv.find("+02:00") !=
        std::string::npos);
  CHECK(make_case(*find_scenario("no_topology"), 5, false).day.topology_csv == "caller,callee\n");
  const loaded_case gap = load("gap_inside", 5);
  const true_incident& i = gap.made.answer.incidents.front();
  timestamp::duration longest{};
  for (std::size_t k = 1; k < gap.metrics.ts.size(); ++k) {
    if (gap.metrics.ts[k] > i.start && gap.metrics.ts[k] < *i.end)
      longest = std::max(longest, gap.metrics.ts[k] - gap.metrics.ts[k - 1]);
  }
  CHECK(longest * 8 > *i.end - i.start);
}

TEST_CASE("truth.json reads back") {
  const made_case made = make_case(*find_scenario("two_incidents"), 5, false);
  const truth back = from_json<truth>(parse_json(made.day.truth_json));
  CHECK(back.incidents.size() == 2);
  CHECK(back.incidents.front().service == made.answer.incidents.front().service);
  CHECK(back.incidents.front().start == made.answer.incidents.front().start);
}
