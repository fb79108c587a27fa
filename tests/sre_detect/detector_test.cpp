#include <oncall/detect/detector.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

#include "scenarios.hpp"

using namespace std::chrono_literals;
using namespace stook::sre;
using stook::timestamp;

namespace {

bool has_note(const detection& found, std::string_view code, std::string_view metric = "") {
  return std::ranges::any_of(found.notes,
                             [&](const quality_note& n) { return n.code == code && n.metric == metric; });
}

timestamp at(const char* text) { return stook::parse_timestamp(text)->value; }

}  // namespace

TEST_CASE("a window says when, how sure, who led and what each metric did") {
  const auto day = scenarios::make("seed", 7);
  const detection found = detect_windows(day.table);
  REQUIRE(found.windows.size() == 1);
  const incident_window& window = found.windows[0];
  CHECK(found.step == 60s);
  CHECK(window.start == at("2026-03-02T14:52:03Z"));
  CHECK(window.end == at("2026-03-02T17:16:03Z"));
  CHECK(window.start_uncertainty >= 60s);
  CHECK(window.start_uncertainty <= 180s);
  CHECK(window.end_uncertainty <= 180s);
  CHECK_FALSE(window.starts_before_data);
  CHECK(window.samples == 144);
  CHECK(window.missing_fraction == 0);
  CHECK(window.score > 50);
  CHECK((window.leading_metric == "p95_ms" || window.leading_metric == "error_rate"));

  REQUIRE(window.effects.size() == 3);
  const metric_effect& rps = window.effects[0];
  const metric_effect& p95 = window.effects[1];
  CHECK(rps.metric == "rps");
  CHECK(rps.window_mean < rps.baseline_mean);
  CHECK(rps.peak < rps.window_mean);  // down is bad: the worst is the lowest
  CHECK(rps.mean_z > 1);
  CHECK(p95.baseline_mean == doctest::Approx(210).epsilon(0.15));
  CHECK(p95.window_mean == doctest::Approx(510).epsilon(0.1));
  CHECK(p95.peak > 680);
  CHECK(p95.peak_at > at("2026-03-02T16:30:00Z"));
  CHECK(p95.peak_at < *window.end);
  CHECK(p95.mean_z > 20);
  CHECK(p95.samples == 144);

  REQUIRE(found.traces.size() == 3);
  CHECK(found.traces[1].baseline.size() == day.table.ts.size());
  CHECK(found.traces[1].z[950] > 10);
  CHECK(std::abs(found.traces[1].baseline[950] - 210) < 40);
}

TEST_CASE("an incident that goes on has no end") {
  const auto day = scenarios::make("ongoing", 3);
  const detection found = detect_windows(day.table);
  REQUIRE(found.windows.size() == 1);
  CHECK_FALSE(found.windows[0].end);
  CHECK(found.windows[0].end_uncertainty == 0s);
}

TEST_CASE("data that begin inside an incident say so") {
  const detection found = detect_windows(scenarios::make("starts_inside", 3).table);
  REQUIRE(found.windows.size() == 1);
  CHECK(found.windows[0].starts_before_data);
}

TEST_CASE("the same table gives the same answer") {
  const auto day = scenarios::make("three", 5);
  const detection a = detect_windows(day.table);
  const detection b = detect_windows(day.table);
  REQUIRE(a.windows.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(a.windows[i].start == b.windows[i].start);
    CHECK(a.windows[i].end == b.windows[i].end);
    CHECK(a.windows[i].score == b.windows[i].score);
  }
}

TEST_CASE("units and offsets do not matter") {
  auto day = scenarios::make("low_snr", 2);
  const detection before = detect_windows(day.table);
  for (double& v : day.table.series[1].values) v = v / 1000 + 5;
  for (double& v : day.table.series[2].values) v *= 100;
  const detection after = detect_windows(day.table);
  REQUIRE(before.windows.size() == 1);
  REQUIRE(after.windows.size() == 1);
  CHECK(before.windows[0].start == after.windows[0].start);
  CHECK(before.windows[0].end == after.windows[0].end);
}

TEST_CASE("a gap inside the incident does not split it, and is reported") {
  const auto day = scenarios::make("gap_inside", 1);
  const detection found = detect_windows(day.table);
  REQUIRE(found.windows.size() == 1);
  CHECK(found.windows[0].missing_fraction > 0.1);
  CHECK(has_note(found, "gap"));
}

TEST_CASE("samples that are there and not believed are not missing") {
  auto day = scenarios::make("seed", 7);
  std::vector<double>& values = day.table.series[1].values;
  const auto first =
      std::ranges::lower_bound(day.table.ts, at("2026-03-02T14:52:00Z")) - day.table.ts.begin();
  for (std::ptrdiff_t i = first + 5; i < first + 140; i += 6) values[static_cast<std::size_t>(i)] *= 8;
  const detection found = detect_windows(day.table);
  REQUIRE(found.windows.size() == 1);
  REQUIRE(has_note(found, "artefacts", day.table.series[1].name));
  CHECK(found.windows[0].effects[1].samples < found.windows[0].samples);
  CHECK(found.windows[0].missing_fraction == 0);
}

TEST_CASE("an incident is not over because its last samples look like artefacts") {
  // Rough, but far above what is usual to the last sample.
  constexpr std::array<double, 10> p95{346, 380, 391, 444, 340, 362, 333, 409, 380, 340};
  constexpr std::array<double, 10> errors{.0470, .0510, .0511, .0579, .0422,
                                          .0479, .0428, .0546, .0493, .0420};
  metrics_table table;
  metric_series latency{.name = "p95_ms", .values = {}};
  metric_series failed{.name = "error_rate", .values = {}};
  for (int i = 0; i < 1'440; ++i) {
    const double t = i;
    table.ts.push_back(at("2026-03-02T00:00:00Z") + i * 60s);
    const auto late = static_cast<std::size_t>(std::max(0, i - 1'430));
    latency.values.push_back(
        i < 1'430 ? 120 + 4 * std::sin(t * 1.7) + 3 * std::cos(t * 0.9) + 2 * std::sin(t * 2.9) : p95[late]);
    failed.values.push_back(i < 1'430 ? .005 + .0004 * std::sin(t * 2.3) + .0003 * std::cos(t * .7)
                                      : errors[late]);
  }
  table.series = {latency, failed};
  const detection found = detect_windows(table);
  REQUIRE(found.windows.size() == 1);
  CHECK(found.windows[0].start == at("2026-03-02T23:50:00Z"));
  CHECK_FALSE(found.windows[0].end);
}

TEST_CASE("artefacts are counted, not believed") {
  const detection found = detect_windows(scenarios::make("resets_quiet", 1).table);
  CHECK(found.windows.empty());
  for (const char* metric : {"rps", "p95_ms", "error_rate"}) CHECK(has_note(found, "artefacts", metric));
}

TEST_CASE("a surge that is served is named as one or not seen at all") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto day = scenarios::make("quiet", seed);
    for (std::size_t i = 600; i < 700; ++i) {
      day.table.series[0].values[i] *= 2;
      day.table.series[1].values[i] += 40;  // a fifth, for twice the traffic
    }
    const detection found = detect_windows(day.table);
    CHECK(found.windows.empty());
    CHECK(has_note(found, "explained_by_load"));
  }
}

TEST_CASE("a surge in which something fails that never did is an incident") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    auto day = scenarios::make("quiet", seed);
    std::ranges::fill(day.table.series[2].values, 0);
    for (std::size_t i = 600; i < 700; ++i) {
      day.table.series[0].values[i] *= 2;
      day.table.series[1].values[i] += 40;
      day.table.series[2].values[i] = 0.02;
    }
    const detection found = detect_windows(day.table);
    CHECK(found.windows.size() == 1);
    CHECK_FALSE(has_note(found, "explained_by_load"));
  }
}

TEST_CASE("constant metrics are ignored and said to be") {
  auto day = scenarios::make("step", 4);
  day.table.series.push_back({"build_errors", std::vector<double>(day.table.ts.size(), 0.0)});
  const detection found = detect_windows(day.table);
  CHECK(found.windows.size() == 1);
  CHECK(found.windows[0].effects.size() == 3);
  CHECK(has_note(found, "constant_metric", "build_errors"));
}

TEST_CASE("errors that are zero but in the incident are found") {
  auto day = scenarios::make("quiet", 4);
  auto& errors = day.table.series[2].values;
  std::ranges::fill(errors, 0.0);
  scenarios::random rng(1);
  for (std::size_t i = 700; i < 740; ++i) errors[i] = 0.03 + 0.01 * rng.uniform();
  const detection found = detect_windows(day.table);
  REQUIRE(found.windows.size() == 1);
  CHECK(found.windows[0].start == day.table.ts[700]);
  CHECK(found.windows[0].end == day.table.ts[740]);
  CHECK(found.windows[0].leading_metric == "error_rate");
}

TEST_CASE("a resource that works hard is no incident by itself, without symptoms to look at it is") {
  auto day = scenarios::make("quiet", 6);
  scenarios::random rng(2);
  std::vector<double> cpu(day.table.ts.size());
  for (std::size_t i = 0; i < cpu.size(); ++i)
    cpu[i] = 40 + 3 * rng.normal() + (i >= 500 && i < 560 ? 30 : 0);
  day.table.series.push_back({"cpu_percent", cpu});
  CHECK(detect_windows(day.table).windows.empty());
  day.table.series = {{"cpu_percent", cpu}};
  CHECK(detect_windows(day.table).windows.size() == 1);
}

TEST_CASE("a metric of unknown direction counts both ways, and a hint gives it one") {
  auto day = scenarios::make("quiet", 8);
  std::vector<double> values = day.table.series[1].values;
  for (std::size_t i = 500; i < 560; ++i) values[i] -= 80;
  day.table.series = {{"temperature", values}};
  const detection found = detect_windows(day.table);
  CHECK(found.windows.size() == 1);
  CHECK(has_note(found, "unknown_direction", "temperature"));
  const metric_hint up{"temperature", {metric_role::latency, bad_direction::up}};
  CHECK(detect_windows(day.table, {.hints = {up}}).windows.empty());
  const metric_hint down{"temperature", {metric_role::availability, bad_direction::down}};
  CHECK(detect_windows(day.table, {.hints = {down}}).windows.size() == 1);
}

TEST_CASE("a hint for a metric that is not there is refused") {
  const auto day = scenarios::make("quiet", 8);
  CHECK_THROWS_WITH_AS(detect_windows(day.table, {.hints = {{"p99_ms", {}}}}), doctest::Contains("'p99_ms'"),
                       stook::error);
}

TEST_CASE("an hour of data is enough for a plain incident, ten minutes are not") {
  auto day = scenarios::make("quiet", 9);
  const auto keep = [&](std::size_t n) {
    day.table.ts.resize(n);
    for (auto& s : day.table.series) s.values.resize(n);
  };
  keep(60);
  for (std::size_t i = 40; i < 52; ++i) day.table.series[1].values[i] += 100;
  const detection hour = detect_windows(day.table);
  REQUIRE(hour.windows.size() == 1);
  CHECK(hour.windows[0].start == day.table.ts[40]);
  CHECK(hour.windows[0].end == day.table.ts[52]);
  CHECK(has_note(hour, "short_baseline"));
  keep(10);
  const detection minutes = detect_windows(day.table);
  CHECK(minutes.windows.empty());
  CHECK(has_note(minutes, "too_little_data"));
}

TEST_CASE("empty tables have no incident") {
  CHECK(detect_windows({}).windows.empty());
  metrics_table no_series;
  for (int i = 0; i < 100; ++i) no_series.ts.push_back(timestamp::from_seconds(60 * i));
  CHECK(detect_windows(no_series).windows.empty());
  no_series.series.push_back({"p95_ms", std::vector<double>(100, std::nan(""))});
  CHECK(has_note(detect_windows(no_series), "too_little_data", "p95_ms"));
}

TEST_CASE("jittered clocks move nothing by more than a sample") {
  auto day = scenarios::make("step", 11);
  const auto exact = detect_windows(day.table);
  scenarios::random rng(3);
  for (timestamp& t : day.table.ts)
    t = t + std::chrono::microseconds{static_cast<std::int64_t>(rng.normal() * 5e6)};
  const auto jittered = detect_windows(day.table);
  REQUIRE(exact.windows.size() == 1);
  REQUIRE(jittered.windows.size() == 1);
  CHECK(std::chrono::abs(jittered.windows[0].start - exact.windows[0].start) <= 90s);
  CHECK(std::chrono::abs(*jittered.windows[0].end - *exact.windows[0].end) <= 90s);
}

TEST_CASE("what is shorter than the least duration is a blip") {
  auto day = scenarios::make("quiet", 12);
  for (std::size_t i = 500; i < 506; ++i) day.table.series[1].values[i] += 150;
  CHECK(detect_windows(day.table).windows.size() == 1);
  CHECK(detect_windows(day.table, {.min_duration = 10min}).windows.empty());
}

namespace {

/// A day of minutes with noise that remembers itself, and a weak fault from 11:40 on where `by` is not 0.
metrics_table weak_day(std::uint64_t seed, double by, int minutes = 120) {
  scenarios::random rng(seed);
  metrics_table table;
  table.series = {{"rps", {}}, {"p95_ms", {}}, {"error_rate", {}}};
  const double level[] = {200, 150, 0.01};
  const double sigma[] = {6, 6, 0.0012};
  double noise[3] = {};
  for (int m = 0; m < 1'440; ++m) {
    table.ts.push_back(timestamp::from_seconds(1'768'435'200 + 60 * m));
    const bool ill = m >= 700 && m < 700 + minutes;
    for (std::size_t s = 0; s < 3; ++s) {
      noise[s] = 0.6 * noise[s] + 0.8 * rng.normal();
      table.series[s].values.push_back(level[s] + sigma[s] * (noise[s] + (ill && s > 0 ? by : 0)));
    }
  }
  return table;
}

}  // namespace

TEST_CASE("a weak fault is found although the baseline can bend to it") {
  int found = 0;
  int extra = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    for (const incident_window& w : detect_windows(weak_day(seed, 2.4)).windows) {
      const auto start = (w.start - timestamp::from_seconds(1'768'435'200)) / std::chrono::minutes{1};
      ++(start >= 690 && start <= 720 ? found : extra);
    }
    CHECK(detect_windows(weak_day(seed, 0)).windows.empty());
  }
  CHECK(found >= 11);
  CHECK(extra == 0);
}

TEST_CASE("an incident of four samples is found in noise that remembers itself") {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto windows = detect_windows(weak_day(seed, 5.5, 4)).windows;
    if (windows.size() != 1) continue;
    const auto start = (windows[0].start - timestamp::from_seconds(1'768'435'200)) / std::chrono::minutes{1};
    found += start >= 697 && start <= 702 && windows[0].samples >= 3 && windows[0].samples <= 8 ? 1 : 0;
  }
  CHECK(found >= 10);
}

TEST_CASE("an outage of three samples that gets worse from one to the next is found") {
  metrics_table table = weak_day(1, 0);
  for (std::size_t i = 0; i < 3; ++i) {
    table.series[1].values[700 + i] += 120 + 150 * static_cast<double>(i);
    table.series[2].values[700 + i] += 0.02 + 0.02 * static_cast<double>(i);
  }
  REQUIRE(detect_windows(table).windows.size() == 1);
  CHECK(detect_windows(table).windows[0].start == table.ts[700]);
}

TEST_CASE("zeros everywhere for a while are failed scrapes, for long they are not") {
  metrics_table table = weak_day(1, 0);
  const auto zeros = [&](std::size_t first, std::size_t count) {
    for (metric_series& series : table.series) {
      for (std::size_t i = first; i < first + count; ++i) series.values[i] = 0;
    }
  };
  zeros(300, 4);
  zeros(900, 20);
  const detection brief = detect_windows(table);
  CHECK(brief.windows.empty());
  CHECK(std::ranges::any_of(brief.notes, [](const quality_note& n) {
    return n.code == "artefacts" && n.text.find("24 times") != std::string::npos;
  }));
  zeros(1'000, 60);
  CHECK(detect_windows(table).windows.size() == 1);
}
