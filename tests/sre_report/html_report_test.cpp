#include <oncall/report/html_report.hpp>

#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include <stook/core/json.hpp>

#include "made_day.hpp"
#include "support/doctest_string.hpp"

using namespace stook_test;
using namespace std::chrono_literals;
using doctest::Contains;

namespace {

const std::string hostile = std::string(
                                "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"
                                "\" onmouseover=\"x' {{{style}}} {{>partial_refs}} ]]> <!-- &lt; ") +
                            std::string("\0", 1) + "\u202Egnp.exe\u2066 \u200B\xFF\xC3 " +
                            std::string(9'000, 'w');

/// What a page holds, read by the rules of HTML as far as the template uses it. Wrong nesting, an attribute
/// that runs scripts or an element that is not expected fails the test.
struct read_page {
  std::set<std::string> ids;
  std::vector<std::string> links;
  std::map<std::string, int> elements;

  explicit read_page(const std::string& html) {
    static const std::set<std::string> empty_elements{"meta", "link", "input", "rect", "line", "path"};
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
      if (html.compare(at, 9, "<!doctype") == 0) {
        ++at;
        continue;
      }
      const bool closing = html[at + 1] == '/';
      std::size_t i = at + (closing ? 2 : 1);
      std::string name;
      while (i < html.size() && (std::isalnum(static_cast<unsigned char>(html[i])) || html[i] == '-'))
        name += html[i++];
      REQUIRE_MESSAGE(!name.empty(), html.substr(at, 60));
      const bool self_closed = attributes(html, i, name);
      at = i;
      if (closing) {
        REQUIRE_MESSAGE((!open.empty() && open.back() == name), name);
        open.pop_back();
      } else {
        ++elements[name];
        if (!self_closed && !empty_elements.contains(name)) open.push_back(name);
      }
    }
    CHECK(open.empty());
  }

 private:
  /// Moves `i` behind the tag. True if it closes itself.
  bool attributes(const std::string& html, std::size_t& i, const std::string& element) {
    while (true) {
      while (html[i] == ' ') ++i;
      if (html[i] == '>') return ++i, false;
      if (html.compare(i, 2, "/>") == 0) return i += 2, true;
      std::string name, value;
      while (std::string_view("=> /").find(html[i]) == std::string_view::npos) name += html[i++];
      REQUIRE_MESSAGE(!name.empty(), html.substr(i, 60));
      if (html[i] == '=') {
        REQUIRE(html[i + 1] == '"');
        const std::size_t end = html.find('"', i + 2);
        value = html.substr(i + 2, end - i - 2);
        i = end + 1;
      }
      CHECK_MESSAGE(!name.starts_with("on"), name);
      CHECK_MESSAGE(name != "src", element);
      CHECK(value.find('<') == std::string::npos);
      if (name == "id") CHECK_MESSAGE(ids.insert(value).second, value);
      if (name == "href" && element == "a") {
        REQUIRE_MESSAGE(value.starts_with("#"), value);
        links.push_back(value.substr(1));
      }
    }
  }
};

const read_page& checked(const read_page& page) {
  static const std::set<std::string> expected{
      "html",  "head", "meta", "link", "title", "style",   "body",    "a",       "header",     "p",
      "h1",    "h2",   "h3",   "h4",   "ul",    "ol",      "li",      "dl",      "div",        "dt",
      "dd",    "span", "b",    "nav",  "main",  "section", "article", "figure",  "figcaption", "svg",
      "desc",  "rect", "line", "path", "text",  "code",    "pre",     "time",    "table",      "thead",
      "tbody", "tr",   "th",   "td",   "input", "label",   "details", "summary", "footer"};
  for (const auto& [name, count] : page.elements) CHECK_MESSAGE(expected.contains(name), name);
  for (const std::string& link : page.links) CHECK_MESSAGE(page.ids.contains(link), link);
  return page;
}

std::string without_style(std::string html) {
  const std::size_t begin = html.find("<style>"), end = html.find("</style>");
  return html.erase(begin, end - begin);
}

log_table made_logs(const std::string& service, const std::string& message) {
  log_table out;
  for (int m = 0; m < 1'440; m += 5) {
    const bool ill = m >= 600 && m < 660;
    out.ts.push_back(at_minute(m));
    out.service.push_back(ill ? service : "quiet");
    out.region.push_back("");
    out.level.push_back(ill ? "ERROR" : "INFO");
    out.error_kind.push_back("");
    out.endpoint.push_back("");
    out.latency_ms.push_back(1);
    out.trace_id.push_back("");
    out.user_id.push_back("");
    out.message.push_back(message);
  }
  return out;
}

postmortem drafted(made_day& day) {
  auto out = day.draft();
  REQUIRE_MESSAGE(out, day.refusal());
  return out.value();
}

}  // namespace

TEST_CASE("the page of an incident holds all of it, and every statement leads to its evidence and back") {
  made_day day;
  const postmortem document = drafted(day);
  const log_table logs = made_logs("db-proxy", "pool exhausted after 30 ms");
  const std::string html =
      to_html({.document = document, .metrics = &day.metrics, .logs = &logs, .events = &day.inputs.events});
  const read_page page{html};
  checked(page);
  CHECK(page.elements.at("h1") == 1);
  CHECK(page.elements.at("main") == 1);
  CHECK(page.elements.at("figure") == 3 + 3);  // the day, and the hour up close
  const auto steps = static_cast<int>(document.incidents[0].runbook.steps.size());
  CHECK(page.elements.at("input") == steps);
  for (const evidence_item& item : document.evidence) CHECK(page.ids.contains(item.id));
  for (const char* part :
       {"<html lang=\"en\">", "<title>db-proxy: connection pool exhaustion · 15 Jan 2026</title>", "SEV2",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:", "10:00 to 11:00",
        "Would be refuted if", "Check to run", "Leaves unexplained", "Mitigations", "Action items",
        "Cited by <a href=\"#s", "db-proxy", "pool exhausted after &lt;int&gt; ms"})
    CHECK_MESSAGE(html.find(part) != std::string::npos, part);
  for (const claim& sentence : document.incidents[0].summary)
    CHECK_MESSAGE(html.find(sentence.text.substr(0, 20)) != std::string::npos, sentence.text);
  // A statement that cites E1 is linked from E1.
  const std::size_t evidence = html.find("<section class=\"evidence\" id=\"E1\"");
  REQUIRE(evidence != std::string::npos);
  const std::size_t back = html.find("href=\"#s", evidence) + 7;
  const std::string anchor = html.substr(back, html.find('"', back) - back);
  const std::size_t statement = html.find("id=\"" + anchor + "\"");
  CHECK(html.substr(statement, 2'000).find("href=\"#E1\"") != std::string::npos);
  CHECK(
      html ==
      to_html({.document = document, .metrics = &day.metrics, .logs = &logs, .events = &day.inputs.events}));
}

TEST_CASE("a quiet day has a short page that says so") {
  made_day day(true);
  const std::string html = to_html({.document = drafted(day), .metrics = &day.metrics});
  const read_page page{html};
  checked(page);
  CHECK(for_doctest(html) == Contains("<h1>No incident</h1>"));
  CHECK(for_doctest(html) == Contains("There are no logs among the inputs."));
  CHECK(page.elements.at("figure") == 3);
  CHECK(page.elements.count("article") == 0);
  CHECK(without_style(html).size() < 80'000);
}

TEST_CASE("a document alone, without any telemetry, still gives a page") {
  made_day day;
  const read_page page{to_html({.document = drafted(day)})};
  checked(page);
  CHECK(page.elements.count("figure") == 0);
  const postmortem nothing;
  checked(read_page{to_html({.document = nothing})});
}

TEST_CASE("hostile text from anywhere makes no markup, and is bounded") {
  made_day day;
  postmortem document = drafted(day);
  incident& each = document.incidents[0];
  each.title = each.severity.rule = each.impact.user_facing = hostile;
  each.impact.affected_requests.unit = each.impact.services[0].name = hostile;
  each.impact.regions = each.impact.endpoints = {hostile, hostile};
  each.summary[0].text = hostile;
  each.summary[0].evidence.push_back("E1\" onclick=\"x");
  for (timeline_row& row : each.timeline) row.event = hostile;
  each.root_cause.statement = each.root_cause.falsifier = hostile;
  each.root_cause.confidence.basis = hostile;
  each.root_cause.confidence.capped_by = hostile;
  each.root_cause.trigger.event = hostile;
  each.root_cause.unexplained = {hostile};
  each.root_cause.propagation.push_back({hostile, hostile, hostile, 3, {"E1"}});
  for (alternative& other : each.alternatives) other.hypothesis = other.reason = hostile;
  for (action_item& item : each.action_items) item.title = item.owner = item.verification = hostile;
  for (runbook_step& step : each.runbook.steps) {
    step.do_ = step.expect = step.if_not = step.rollback = hostile;
    step.command = hostile;
  }
  each.resolution.what_ended_it = hostile;
  each.lessons.needs_human_input = {hostile};
  for (evidence_item& item : document.evidence) {
    item.tool = item.query = item.source = item.result_digest = hostile;
    item.result = boost::json::object{{stook::to_valid_utf8(hostile), stook::to_valid_utf8(hostile)}};
  }
  document.data_quality.notes = document.data_quality.suspected_injection = {hostile};
  document.provenance.run_id = document.provenance.tool_version = hostile;
  document.provenance.model = hostile;
  document.provenance.inputs.push_back({hostile, hostile, 3});
  metrics_table metrics = day.metrics;
  metrics.series.push_back({hostile, metrics.series[0].values});
  const log_table logs = made_logs(hostile, hostile);
  const std::vector<change_event> events{{at_minute(595), hostile, hostile, hostile}};

  const std::string html =
      to_html({.document = document, .metrics = &metrics, .logs = &logs, .events = &events});
  const read_page page{html};
  checked(page);
  CHECK(page.elements.count("script") == 0);
  CHECK(page.elements.count("img") == 0);
  CHECK(page.elements.at("style") == 1);
  CHECK(html == stook::to_valid_utf8(html));
  CHECK(html.find('\0') == std::string::npos);
  for (const char* hidden : {"\u202E", "\u2066", "\u200B"}) CHECK(html.find(hidden) == std::string::npos);
  CHECK(without_style(html).find("&lt;script&gt;alert(1)") != std::string::npos);
  CHECK(without_style(html).find("{{{style}}}") != std::string::npos);  // as text: it was not filled in
  CHECK(html.find(std::string(3'000, 'w')) == std::string::npos);
  CHECK(html.size() < 600'000);
}

TEST_CASE("a day stays under 400 KB and a month under 1.5 MB, at one sample a minute") {
  std::mt19937 draw(1);
  std::normal_distribution<double> normal;
  for (const auto& [minutes, limit] : {std::pair{1'440, 400'000}, {43'200, 1'500'000}}) {
    made_day day(true);
    metrics_table metrics;
    for (int s = 0; s < 14; ++s) metrics.series.push_back({"metric_" + std::to_string(s), {}});
    for (int m = 0; m < minutes; ++m) {
      metrics.ts.push_back(at_minute(m));
      for (metric_series& s : metrics.series) s.values.push_back(100 + normal(draw));
    }
    const std::string html = to_html({.document = drafted(day), .metrics = &metrics});
    CAPTURE(minutes);
    CHECK(html.size() < static_cast<std::size_t>(limit));
    CHECK(for_doctest(html) == Contains("Not drawn: metric_12, metric_13."));
  }
}
