#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include <oncall/tools/observations.hpp>
#include <oncall/verify/verify.hpp>

namespace stook::sre {

/// A piece of evidence, run again.
struct replayed {
  std::optional<evidence_item> item{};  ///< what its query gives now, with the id and call of the document
  std::string why_not{};                ///< set if it could not be run
};

/// Runs the queries of evidence again. Each query is run once, however often it occurs. Nothing of the
/// document is trusted but that it has been parsed: an unknown tool, a query that is none and one that fails
/// are reasons in words.
class replayer {
 public:
  /// `about` must outlive it. Starts the clock of `wall`.
  replayer(const investigation& about, std::chrono::milliseconds wall);

  replayed run(const evidence_item& item);

  /// The search for windows in all metrics together, run once. Throws `error` where there are no metrics.
  const window_search& day();
  /// A scan and the ranking of its causes. Throws `error` where there is nothing to scan.
  const log_search& logs(const scan_query& asked);

 private:
  observation observe(const evidence_item& item);

  const investigation& about_;
  draft_inputs inputs_;
  std::chrono::steady_clock::time_point end_;
  std::map<std::string, replayed> known_;
  std::optional<window_search> day_;
  std::optional<log_search> logs_;  // of logs_query_: a scan and the ranking of its causes come in pairs
  std::string logs_query_;
};

/// As `verify`, where several documents of one investigation are held against its data.
verification verify(const postmortem& document, const investigation& about, replayer& again);

}  // namespace stook::sre
