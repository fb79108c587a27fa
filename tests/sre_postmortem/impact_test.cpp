#include <oncall/postmortem/impact.hpp>

#include <limits>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/codec.hpp>

#include "made_day.hpp"

using namespace stook_test;

namespace {

impact_measure measured(const metrics_table& metrics) {
  const time_span window{at_minute(600), at_minute(660)};
  return measure_impact(metrics, impact_query_for(metrics, window, {window}));
}

}  // namespace

TEST_CASE("the impact of an hour is what a pencil says") {
  const impact_measure m = measured(made_metrics());
  CHECK(m.duration_s == 3'600);
  CHECK(m.samples == 60);
  CHECK(m.requests->value == doctest::Approx(360'000));
  // the quiet error rate alternates between 1 % and 1.01 %: median 1.005 % or one of the two
  CHECK(m.failed_requests->value == doctest::Approx(360'000 * 0.05).epsilon(0.005));
  CHECK(m.failed_requests->low <= m.failed_requests->value);
  CHECK(m.failed_requests->high >= m.failed_requests->value);
  CHECK(m.peak_error_percent->value == doctest::Approx(6));
  CHECK(m.peak_latency_ms->value == doctest::Approx(423));
  CHECK(*m.peak_latency_at == at_minute(630));
  CHECK(*m.burn_rate_peak_1h == doctest::Approx(50).epsilon(0.01));
  CHECK(*m.burn_rate_peak_6h == doctest::Approx(50.0 / 6).epsilon(0.01));
  // 18,000 of 0.1 % of 100 a second for 30 days
  CHECK(*m.budget_consumed_percent == doctest::Approx(100 * 18'000 / 259'200.0).epsilon(0.01));
}

TEST_CASE("an error rate in percent is the same incident") {
  metrics_table percent = made_metrics();
  for (double& x : percent.series[2].values) x *= 100;
  CHECK(measured(percent).failed_requests->value ==
        doctest::Approx(measured(made_metrics()).failed_requests->value));
}

TEST_CASE("what was served tells what failed, where no error rate does") {
  for (const double most : {1.0, 100.0}) {
    metrics_table served = made_metrics();
    served.series[2].name = most > 1 ? "success_rate" : "availability";
    for (double& x : served.series[2].values) x = most * (1 - x);
    CHECK(measured(served).failed_requests->value ==
          doctest::Approx(measured(made_metrics()).failed_requests->value));
    CHECK(measured(served).peak_error_percent->value == doctest::Approx(6));
  }
  metrics_table apdex = made_metrics();
  apdex.series[2].name = "apdex";
  CHECK_FALSE(measured(apdex).failed_requests);
}

TEST_CASE("without a request rate there are no counts, and the shares still hold") {
  metrics_table metrics = made_metrics();
  metrics.series.erase(metrics.series.begin());
  const impact_measure m = measured(metrics);
  CHECK_FALSE(m.requests);
  CHECK_FALSE(m.failed_requests);
  CHECK(*m.burn_rate_peak_1h == doctest::Approx(50).epsilon(0.01));
}

TEST_CASE("missing samples count nothing") {
  metrics_table metrics = made_metrics();
  for (int m = 600; m < 630; ++m) metrics.series[0].values[static_cast<std::size_t>(m)] = std::nan("");
  CHECK(measured(metrics).requests->value == doctest::Approx(180'000));
  CHECK(measured(metrics_table{}).duration_s == 3'600);
}

TEST_CASE("a query and a measure survive their JSON") {
  const metrics_table metrics = made_metrics();
  const impact_query query = impact_query_for(metrics, {at_minute(600), at_minute(660)}, {});
  const auto again = stook::from_json<impact_query>(stook::to_json(query));
  CHECK(stook::to_json_text(measure_impact(metrics, again)) ==
        stook::to_json_text(measure_impact(metrics, query)));
}

TEST_CASE("severity is the first rule that holds") {
  const auto level = [](double hour, double six) {
    impact_measure m;
    m.burn_rate_peak_1h = hour;
    m.burn_rate_peak_6h = six;
    return severity_of(m).level;
  };
  CHECK(level(144, 0) == severity_level::SEV1);
  CHECK(level(14.4, 0) == severity_level::SEV2);
  CHECK(level(14.3, 6) == severity_level::SEV2);
  CHECK(level(3, 1) == severity_level::SEV3);
  CHECK(level(0.5, 0.5) == severity_level::SEV4);
  impact_measure slow;
  slow.baseline_latency_ms = 100;
  slow.peak_latency_ms = banded{200, 190, 210};
  CHECK(severity_of(slow).level == severity_level::SEV3);
}
