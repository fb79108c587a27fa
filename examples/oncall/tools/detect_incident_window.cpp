#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <oncall/tools/observations.hpp>
#include <oncall/tools/reports.hpp>
#include <oncall/tools/tools.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {

struct detect_arguments {
  std::optional<std::string> metric{};
  inputs_report inputs{};
};
STOOK_DESCRIBE(detect_arguments,
               (metric,
                "Look at this metric alone, to see what it says by itself. Leave it out to judge all "
                "of them together, which is what establishes the incident window.",
                stook::length{1, 200}, stook::example{"\"p95_ms\""}),
               (inputs))

namespace {

detected_window established(const incident_window& w, const std::string& evidence) {
  const auto seconds = [](std::chrono::microseconds d) {
    return std::chrono::round<std::chrono::seconds>(d).count();
  };
  return {.start = w.start,
          .end = w.end,
          .start_uncertainty_s = seconds(w.start_uncertainty),
          .end_uncertainty_s = seconds(w.end_uncertainty),
          .missing_fraction = w.missing_fraction,
          .leading_metric = w.leading_metric,
          .detector = "detect_windows",
          .evidence = {evidence}};
}

result<metrics_table> table_for(const metrics_table& all, const std::optional<std::string>& metric) {
  if (!metric) return all;
  if (const metric_series* found = find_series(all, *metric)) return metrics_table{all.ts, {*found}};
  std::string names;
  for (const metric_series& s : all.series) names += (names.empty() ? "" : ", ") + s.name;
  return failure{"unknown_metric", fmt::format("there is no metric \"{}\"", *metric),
                 "the metrics are: " + names};
}

std::string gist(const detection_report& report) {
  if (!report.found) return "no incident";
  std::string out;
  for (const window_report& w : report.windows)
    out += (out.empty() ? "" : "; ") + window_text(w.start, w.end);
  return out;
}

result<detection_report> detect(investigation& about, const detect_arguments& a, const run_context& context) {
  const auto guard = about.lock();
  result<window_search> found = search_windows(about.data(), {.metric = a.metric});
  if (!found) return found.why();
  found.value().seen.call_id = context.call_id();
  detection_report out = std::move(found.value().report);
  out.evidence = about.record("metrics", std::move(found.value().seen));
  if (!a.metric) {  // one metric alone is a look, not a verdict
    about.windows = windows_of(found.value().found, out.evidence);
    about.detection = out;
  }
  context.progress(gist(out), 1);
  return out;
}

}  // namespace

result<window_search> search_windows(const incident_data& data, const window_query& asked) {
  if (data.metrics.ts.empty())
    return failure{"no_metrics", "there are no metrics among the inputs", "work from the logs"};
  result<metrics_table> table = table_for(data.metrics, asked.metric);
  if (!table) return table.why();
  window_search out{.found = detect_windows(table.value()), .report = {}, .seen = {}};
  detection_report& report = out.report;
  report.found = !out.found.windows.empty();
  for (const incident_window& w : out.found.windows) report.windows.push_back(report_window(w));
  for (const quality_note& n : out.found.notes)
    report.notes.push_back(n.metric.empty() ? n.text : n.metric + ": " + n.text);
  out.seen = {.tool = "detect_incident_window",
              .query = to_json_text(asked),
              .from = data.metrics.ts.front(),
              .to = data.metrics.ts.back(),
              .result = json(boost::json::object{{"found", report.found},
                                                 {"windows", to_json(report.windows)},
                                                 {"samples", data.metrics.ts.size()},
                                                 {"notes", to_json(report.notes)}}),
              .rows = static_cast<std::int64_t>(out.found.windows.size())};
  return out;
}

std::vector<detected_window> windows_of(const detection& found, const std::string& evidence) {
  std::vector<detected_window> out;
  for (const incident_window& w : found.windows) out.push_back(established(w, evidence));
  return out;
}

tool detect_incident_window_tool(std::shared_ptr<investigation> about) {
  return tool("detect_incident_window",
              "Find when the metrics were not normal: every incident window of the data, judged against a "
              "robust daily baseline, in the bad direction of each metric. found = false means that nothing "
              "happened, which is a valid answer. Times are UTC; a window's end is null while it goes on.",
              {.effect = reads,
               .exclusive = {"investigation"},
               .inputs = {{"inputs", "inputs"}},
               .outputs = {{"detection"}}},
              [about](detect_arguments a, const run_context& context) { return detect(*about, a, context); });
}

}  // namespace stook::sre
