#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

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
  const incident_data& data = about.data();
  if (data.metrics.ts.empty())
    return failure{"no_metrics", "there are no metrics among the inputs", "work from the logs"};
  result<metrics_table> table = table_for(data.metrics, a.metric);
  if (!table) return table.why();
  const detection found = detect_windows(table.value());
  detection_report out{.evidence = {}, .found = !found.windows.empty()};
  for (const incident_window& w : found.windows) out.windows.push_back(report_window(w));
  for (const quality_note& n : found.notes)
    out.notes.push_back(n.metric.empty() ? n.text : n.metric + ": " + n.text);
  boost::json::object query;
  if (a.metric) query["metric"] = *a.metric;
  out.evidence =
      about.record("metrics", {.tool = "detect_incident_window",
                               .query = dump_json(json(std::move(query))),
                               .from = data.metrics.ts.front(),
                               .to = data.metrics.ts.back(),
                               .result = json(boost::json::object{{"found", out.found},
                                                                  {"windows", to_json(out.windows)},
                                                                  {"samples", data.metrics.ts.size()},
                                                                  {"notes", to_json(out.notes)}}),
                               .rows = static_cast<std::int64_t>(found.windows.size()),
                               .call_id = context.call_id()});
  if (!a.metric) {  // one metric alone is a look, not a verdict
    about.windows.clear();
    for (const incident_window& w : found.windows) about.windows.push_back(established(w, out.evidence));
    about.detection = out;
  }
  context.progress(gist(out), 1);
  return out;
}

}  // namespace

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
