#include <algorithm>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <oncall/team/rules.hpp>
#include <oncall/tools/finding_composer.hpp>

namespace stook::sre {
namespace {

constexpr std::string_view detect = "detect_incident_window";
constexpr std::string_view scan = "log_pattern_scan";
constexpr std::string_view sql = "sql_investigate";

tool_call call(std::string_view tool, boost::json::object arguments) {
  return {.id = {}, .name = std::string(tool), .arguments = dump_json(json(std::move(arguments)))};
}

detection_report detected(const conversation_view& v) {
  return read_result<detection_report>(v.result_of(detect));
}

bool has_window(const conversation_view& v) { return v.successes_of(detect) > 0 && detected(v).found; }

// The column ts is text to the second.
std::string second_text(timestamp t) { return to_string(timestamp::from_seconds(t.seconds())); }

std::string condition(const window_report& w) {
  std::string out = fmt::format("ts >= '{}'", second_text(w.start));
  if (const auto* end = std::get_if<timestamp>(&w.end))
    out += fmt::format(" AND ts < '{}'", second_text(*end));
  return out;
}

std::string column_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// What each metric did in the window, measured apart from the detector.
std::string metrics_question(const window_report& w) {
  std::string out = "SELECT count(*) AS samples";
  for (const metric_report& m : w.metrics) {
    const std::string column = column_name(m.metric);
    out += fmt::format(", avg({0}) AS {1}, min({0}) AS {2}, max({0}) AS {3}", column,
                       column_name(m.metric + "_mean"), column_name(m.metric + "_min"),
                       column_name(m.metric + "_max"));
  }
  return out + " FROM metrics WHERE " + condition(w);
}

std::string slices_question(const window_report& w) {
  return "SELECT service, error_kind, endpoint, region, count(*) AS n FROM logs WHERE " + condition(w) +
         " AND (level IN ('WARN', 'ERROR', 'FATAL', 'CRITICAL') OR error_kind IS NOT NULL)"
         " GROUP BY service, error_kind, endpoint, region ORDER BY n DESC, service, error_kind, endpoint, "
         "region"
         " LIMIT 10";
}

// Everything about every window in one turn: the questions do not depend on each other.
message look_closer(const conversation_view& v) {
  std::vector<tool_call> calls;
  for (const window_report& w : detected(v).windows) {
    boost::json::object span{{"from", to_string(w.start)}};
    if (const auto* end = std::get_if<timestamp>(&w.end)) span["to"] = to_string(*end);
    calls.push_back(call(scan, std::move(span)));
    calls.push_back(call(sql, {{"query", metrics_question(w)}, {"limit", 1}}));
    calls.push_back(call(sql, {{"query", slices_question(w)}, {"limit", 10}}));
  }
  return message::assistant("", std::move(calls));
}

message conclude(const conversation_view& v) {
  std::vector<scan_report> scans;
  for (const std::string_view text : v.results_of(scan)) scans.push_back(read_result<scan_report>(text));
  if (v.successes_of(detect) == 0) return message::assistant(to_json_text(finding{}));
  return message::assistant(to_json_text(compose_finding(detected(v), scans)));
}

}  // namespace

std::shared_ptr<chat_model> profiler_rules() {
  using view = const conversation_view&;
  return std::make_shared<rule_model>(
      "profiler rules",
      std::vector<rule>{{"establish the window", [](view v) { return v.calls_of(detect) == 0; },
                         [](view) { return message::assistant("", {call(detect, {})}); }},
                        {"look closer", [](view v) { return has_window(v) && v.calls_of(scan) == 0; },
                         [](view v) { return look_closer(v); }},
                        {"conclude", [](view) { return true; }, [](view v) { return conclude(v); }}});
}

}  // namespace stook::sre
