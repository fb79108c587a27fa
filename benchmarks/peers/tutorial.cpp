#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <oncall/data/incident_data.hpp>
#include <oncall/detect/detector.hpp>
#include <oncall/logs/log_scan.hpp>
#include <oncall/tools/window_report.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/time.hpp>
#include <stook/sql/readonly.hpp>

#include "peers/sre_peer.hpp"

namespace peers {
namespace {

namespace sre = stook::sre;

constexpr std::size_t all_signals = 50;  // so that their counts add up to those of the window

// The same text as in tutorial_pandas.py.
std::array<std::string, 2> questions(const std::string& from, const std::string& to) {
  const std::string within = fmt::format("WHERE ts >= '{}' AND ts < '{}'", from, to);
  return {"SELECT service, error_kind, count(*) AS n FROM logs " + within +
              " AND error_kind IS NOT NULL GROUP BY service, error_kind ORDER BY n DESC, service, error_kind",
          "SELECT count(*) AS samples, avg(p95_ms) AS p95_mean, max(p95_ms) AS p95_max, avg(error_rate) AS "
          "errors_mean, max(error_rate) AS errors_max FROM metrics " +
              within};
}

stook::timestamp instant(const std::string& text) {
  const auto parsed = stook::parse_timestamp(text);
  if (!parsed) throw std::runtime_error("expected an instant such as 2026-01-15T14:52:00Z, got " + text);
  return parsed->value;
}

}  // namespace

stook::json tutorial(const std::filesystem::path& day, const std::string& from, const std::string& to) {
  sre::incident_data data = sre::load_incident({.metrics = day / "metrics.csv", .logs = day / "logs.csv"},
                                               {.read = {.digest = true}});
  boost::json::object out{{"metric_rows", data.metrics.ts.size()}, {"log_rows", data.logs.size()}};
  std::vector<sre::window_report> windows;
  for (const sre::incident_window& w : sre::detect_windows(data.metrics).windows)
    windows.push_back(sre::report_window(w));
  out["windows"] = stook::to_json(windows);
  out["scan"] = stook::to_json(
      sre::scan_logs(data.logs, {.from = instant(from), .to = instant(to)}, {.top = all_signals}));
  const auto tables = stook::sqlite::lock_readonly(std::move(data.database));
  boost::json::array answers;
  for (const std::string& question : questions(from, to))
    answers.push_back(stook::sqlite::to_json(tables.select(question)));
  out["queries"] = std::move(answers);
  return out;
}

}  // namespace peers
