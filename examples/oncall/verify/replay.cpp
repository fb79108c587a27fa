#include <oncall/verify/replay.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <oncall/postmortem/citations.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {
namespace {

constexpr int attempts = 3;  // of SQL that ran out of time, which says more of the machine than of the data
constexpr std::int64_t most_rows = 200;  // of sql_investigate

template <describable Query>
Query query_of(const evidence_item& item) {
  return from_json<Query>(parse_json(item.query));
}

/// A search's outcome, or its failure as an error.
template <typename T>
T taken(result<T> from) {
  if (!from) throw error(from.why());
  return std::move(from.value());
}

observation run_sql(const investigation& about, const evidence_item& item) {
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(item.rows, 1, most_rows));
  for (int attempt = 1;; ++attempt) {
    try {
      return search_tables(about.database(), about.span(), item.query, limit).seen;
    } catch (const error& e) {
      if (e.code() != "sql_timeout" || attempt == attempts) throw;
    }
  }
}

observation named(const investigation& about, std::string_view input, observation seen) {
  about.name_source(input, seen);
  return seen;
}

}  // namespace

replayer::replayer(const investigation& about, std::chrono::milliseconds wall)
    : about_(about), inputs_(draft_inputs_of(about)), end_(std::chrono::steady_clock::now() + wall) {}

const window_search& replayer::day() {
  if (!day_) day_ = taken(search_windows(about_.data(), {}));
  return *day_;
}

const log_search& replayer::logs(const scan_query& asked) {
  scan_query key = asked;
  if (!key.missing_share) key.missing_share = 0;
  std::string text = to_json_text(key);
  if (!logs_ || text != logs_query_) {
    logs_.reset();
    logs_ = taken(search_logs(about_.data(), about_.span(), key));
    logs_query_ = std::move(text);
  }
  return *logs_;
}

observation replayer::observe(const evidence_item& item) {
  if (item.tool == "load_inputs") return named(about_, "inputs", observe_inputs(about_));
  if (item.tool == "detect_incident_window") {
    const auto asked = query_of<window_query>(item);
    if (asked.metric) return named(about_, "metrics", taken(search_windows(about_.data(), asked)).seen);
    return named(about_, "metrics", day().seen);
  }
  if (item.tool == "log_pattern_scan") return named(about_, "logs", logs(query_of<scan_query>(item)).scan);
  if (item.tool == "rank_causes") return named(about_, "inputs", logs(query_of<scan_query>(item)).causes);
  if (item.tool == "sql_investigate") return named(about_, "inputs", run_sql(about_, item));
  if (item.tool == "measure_impact") return observe_impact(inputs_, query_of<impact_query>(item));
  if (item.tool == "list_changes") return observe_changes(inputs_, query_of<time_span>(item));
  throw error("unknown_tool",
              fmt::format("there is no tool {} whose queries can be run", one_line(item.tool, 80)));
}

replayed replayer::run(const evidence_item& item) {
  const std::string key = fmt::format("{}\n{}\n{}", item.tool, item.rows, item.query);
  auto at = known_.find(key);
  if (at == known_.end()) {
    replayed out;
    if (std::chrono::steady_clock::now() >= end_) {
      out.why_not = "the time for all queries of the document is used up";
    } else {
      try {
        out.item = evidence_of(observe(item));
      } catch (const error& e) {
        out.why_not = e.what();
      }
    }
    at = known_.emplace(key, std::move(out)).first;
  }
  replayed out = at->second;
  if (out.item) {
    out.item->id = item.id;
    out.item->call_id = item.call_id;
    out.item->ran_at = item.ran_at;
  }
  return out;
}

}  // namespace stook::sre
