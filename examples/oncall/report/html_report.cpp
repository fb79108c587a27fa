#include <oncall/report/html_report.hpp>

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <boost/describe/enum_to_string.hpp>

#include <oncall/report/charts_view.hpp>
#include <oncall/report/evidence_view.hpp>
#include <oncall/report/incident_view.hpp>
#include <oncall/report/page_text.hpp>
#include <oncall/report/words.hpp>
#include <stook/core/error.hpp>

namespace stook::sre {
namespace {

using namespace report;

std::string heading_of(const postmortem& document) {
  if (document.incidents.size() == 1) return shown(document.incidents.front().title, 300);
  if (!document.incidents.empty()) return fmt::format("{} incidents", document.incidents.size());
  return document.verdict == verdict::no_incident ? "No incident" : "Inconclusive";
}

std::string kicker_of(const postmortem& document) {
  if (document.incidents.size() > 1) return "Postmortem";
  if (document.incidents.empty()) return "On-call report";
  return fmt::format("Postmortem · {}",
                     words_of(boost::describe::enum_to_string(document.incidents.front().status, "draft")));
}

view contents_entry(std::string id, std::string title, bool inner) {
  view out(view::type::object);
  put(out, "entry_id", std::move(id));
  put(out, "entry_title", std::move(title));
  put_flag(out, "entry_inner", inner);
  return out;
}

views contents_of(const postmortem& document, bool day_claims) {
  views out;
  if (day_claims) out.push_back(contents_entry("in-short", "In short", false));
  out.push_back(contents_entry("metrics", "Metrics", false));
  out.push_back(contents_entry("errors", "Errors over time", false));
  for (std::size_t n = 1; n <= document.incidents.size(); ++n) {
    const std::string id = name_of_incident(n);
    const incident& each = document.incidents[n - 1];
    out.push_back(contents_entry(id, fmt::format("{} {}", id, shown(each.title, 120)), false));
    for (const auto& [part, title] : {std::pair{"impact", "Impact and severity"},
                                      {"timeline", "Timeline"},
                                      {"causes", "Hypotheses"},
                                      {"runbook", "Runbook"}}) {
      out.push_back(contents_entry(id + "-" + part, title, true));
    }
  }
  out.push_back(contents_entry("evidence", "Evidence", false));
  out.push_back(contents_entry("quality", "Data quality", false));
  out.push_back(contents_entry("provenance", "How this was made", false));
  return out;
}

void put_incidents(view& page, const report_inputs& from, const day_charts& charts, citation_links& links) {
  const incident_context context{
      .document = from.document, .links = links, .data_end = charts.span().end, .mark_at = [&](timestamp t) {
        return charts.mark_at(t);
      }};
  views cards, incidents;
  for (std::size_t n = 1; n <= from.document.incidents.size(); ++n) {
    const incident& each = from.document.incidents[n - 1];
    cards.push_back(card_view(each, n));
    view v = incident_view(each, n, context);
    charts.put_zoom(v, n);
    incidents.push_back(std::move(v));
  }
  put_flag(page, "has_cards", !cards.empty());
  put_list(page, "cards", std::move(cards));
  put_list(page, "incidents", std::move(incidents));
}

view page_of(const report_inputs& from) {
  const postmortem& document = from.document;
  citation_links links(document.evidence);
  const day_charts charts(from);
  view page(view::type::object);
  for (const auto& [name, text] : page_partials()) page.set(name, view(std::string(text)));
  page.set("style", view(std::string(page_style())));
  const std::string heading = heading_of(document);
  const bool has_span = charts.span().end > charts.span().start;
  put(page, "heading", heading);
  put(page, "kicker", kicker_of(document));
  put(page, "page_title",
      has_span ? fmt::format("{} · {}", heading, day_text(charts.span().start)) : heading);
  put(page, "data_span", has_span ? span_text(charts.span().start, charts.span().end) : std::string());
  // One incident's own summary says it all, and better.
  const bool day_claims = document.incidents.size() != 1;
  put_flag(page, "has_day_claims", day_claims);
  views claims;
  for (const claim& c : document.summary) {
    if (day_claims) claims.push_back(claim_view(links, c, "in short"));
  }
  put_list(page, "day_claims", std::move(claims));
  put_list(page, "contents", contents_of(document, day_claims));
  charts.put_metrics(page);
  charts.put_errors(page);
  put_incidents(page, from, charts, links);
  put_quality(page, document, links);
  put_provenance(page, document);
  put_list(page, "evidence", evidence_views(document, links));
  return page;
}

}  // namespace

std::string to_html(const report_inputs& from) {
  kainjow::mustache::mustache page{std::string(page_template())};
  std::string out = page.render(page_of(from));
  if (!page.is_valid())
    throw error("report_template",
                "page.html.mustache: expected a mustache template: " + page.error_message());
  return out;
}

}  // namespace stook::sre
