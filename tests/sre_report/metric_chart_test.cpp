#include <oncall/report/metric_chart.hpp>

#include <limits>

#include <doctest/doctest.h>

#include "made_instants.hpp"
#include "support/doctest_string.hpp"

using namespace stook::sre;
using namespace stook::sre::report;
using stook_test::for_doctest;
using stook_test::midnight;
using stook_test::whole_day;
using namespace std::chrono_literals;
using doctest::Contains;

namespace {

struct made {
  std::vector<stook::timestamp> ts;
  std::vector<double> values, baseline;

  made() {
    for (int m = 0; m < 1'440; ++m) {
      ts.push_back(midnight + m * 1min);
      values.push_back(100 + m % 7 + (m >= 600 && m < 660 ? 300 : 0));
      baseline.push_back(103);
    }
  }
  metric_line line(const char* name = "p95_ms") const {
    return {.name = name, .ts = ts, .values = values, .baseline = baseline, .step = 1min};
  }
};

const chart_marks one{.windows = {{{midnight + 600min, midnight + 660min}, "I1"}},
                      .events = {{midnight + 595min, "A"}, {midnight + 596min, "B"}, {midnight - 9min, "Z"}}};

}  // namespace

TEST_CASE("a chart shows the line, its baseline and range, the window, the changes") {
  const made m;
  const metric_chart c = draw_metric("c1", m.line(), whole_day, one);
  for (const char* part :
       {"class=\"line\"", "class=\"base\"", "class=\"range\"", "x=\"41.67%\" width=\"4.17%\"", ">I1</text>",
        ">A–B</text>", "200\u00A0ms", "12:00", "role=\"img\"",
        "In I1, 15 Jan 2026, 10:00 to 11:00: between 400\u00A0ms and 406\u00A0ms, the baseline is "
        "103\u00A0ms."})
    CHECK_MESSAGE(c.svg.find(part) != std::string::npos, part);
  CHECK(c.svg.find(">Z<") == std::string::npos);
  CHECK(c.note.empty());
}

TEST_CASE("one wild sample outside of the windows does not flatten the rest, and is told") {
  made m;
  m.values[100] = 1e9;
  const metric_chart c = draw_metric("c1", m.line(), whole_day, one);
  CHECK(for_doctest(c.note) == Contains("1 sample is beyond the chart"));
  CHECK(for_doctest(c.svg) == Contains("200\u00A0ms"));
}

TEST_CASE("a window of a single sample is not taken for a wild one") {
  made m;
  for (int i = 600; i < 660; ++i) m.values[static_cast<std::size_t>(i)] = 100;
  m.values[630] = 5'000;
  const chart_marks brief{.windows = {{{midnight + 630min, midnight + 631min}, "I1"}}};
  CHECK(draw_metric("c1", m.line(), whole_day, brief).note.empty());
}

TEST_CASE("hostile names are escaped; nothing, or nothing finite, still gives a chart") {
  made m;
  CHECK(for_doctest(draw_metric("c1", m.line("<script>\"x'"), whole_day, one).svg) ==
        Contains("&lt;script&gt;&quot;x&#39;"));
  for (double& v : m.values) v = std::numeric_limits<double>::quiet_NaN();
  CHECK(for_doctest(draw_metric("c1", m.line(), whole_day, one).svg) == Contains("No values."));
  for (std::size_t i = 0; i < m.values.size(); ++i) m.values[i] = i % 2 == 0 ? 1.7e308 : -1.7e308;
  const std::string huge = draw_metric("c1", m.line(), whole_day, one).svg;
  CHECK(huge.find("nan") == std::string::npos);
  CHECK(huge.find("inf") == std::string::npos);
  const std::vector<stook::timestamp> none;
  const metric_chart empty = draw_metric("c1", {.name = "x", .ts = none, .values = {}}, whole_day, {});
  CHECK(for_doctest(empty.svg) == Contains("</svg>"));
}
