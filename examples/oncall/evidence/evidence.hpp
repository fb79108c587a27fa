#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <stook/core/clock.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/fwd.hpp>
#include <stook/core/time.hpp>

namespace stook::sre {

/// What a tool saw: the raw material of one piece of evidence.
struct observation {
  std::string tool;
  std::string query;            ///< exact, to be run again: SQL, or the arguments as JSON text
  std::string source{};         ///< the input it rests on, for example a path
  std::string source_digest{};  ///< SHA-256 of that input
  timestamp from{};             ///< the stretch of time that was looked at
  timestamp to{};
  json result{};           ///< the whole result; the log keeps an excerpt
  std::int64_t rows = 0;   ///< how many there were, before any cut
  bool truncated = false;  ///< the tool itself has cut the result
  std::optional<std::string> call_id{};
};

/// One piece of evidence, as it stands in postmortem.json.
struct evidence_item {
  std::string id;  ///< "E1", "E2", ... in the order of recording
  std::string tool;
  std::optional<std::string> call_id{};
  std::string query;
  std::string source;
  std::string source_digest;
  std::vector<timestamp> window;  ///< two: from and to
  json result;                    ///< verbatim, or an excerpt where `truncated`
  std::string result_digest;      ///< SHA-256 of the canonical JSON of the whole result
  std::int64_t rows = 0;
  bool truncated = false;
  timestamp ran_at{};
};
STOOK_DESCRIBE(evidence_item, (id, "Its name", stook::matching{"^E[0-9]+$"}), (tool), (call_id),
               (query, "What was asked, to be run again"), (source), (source_digest, "SHA-256 of the input"),
               (window, "From and to", stook::length{2, 2}), (result),
               (result_digest, "SHA-256 of the canonical JSON of the whole result"), (rows), (truncated),
               (ran_at))

struct evidence_limits {
  std::size_t items = 500;
  std::size_t result_bytes = 16 * 1024;  ///< JSON text of the excerpt that is kept
  std::size_t query_bytes = 16 * 1024;
};

/// What is kept of an observation: the item that stands in the log, without id and time. Throws `error` as
/// `evidence_log::record` does.
evidence_item evidence_of(observation seen, const evidence_limits& limits = {});

/// All that the claims of one investigation may rest on. Append-only: an id stays what it is. The same tool,
/// query, source and result again is the same evidence with the same id, so a repeated call adds nothing.
/// Not thread-safe: tools that record into one log share an exclusive resource, which also keeps the ids the
/// same from run to run.
class evidence_log {
 public:
  explicit evidence_log(std::shared_ptr<const clock> time, const evidence_limits& limits = {});
  /// A log that holds these items, as they stand and with the ids that they have.
  static evidence_log holding(std::deque<evidence_item> items, std::shared_ptr<const clock> time);

  /// Keeps an observation and returns its id. Throws `error`: `evidence_full` beyond `limits.items`,
  /// `evidence_query` for a query that is too long to be kept whole, `evidence_window` where `to` is before
  /// `from`.
  std::string record(observation seen);

  /// Null for an unknown id. The pointer lives as long as the log.
  const evidence_item* find(std::string_view id) const;
  const std::deque<evidence_item>& items() const { return items_; }
  timestamp now() const { return time_->now(); }

  /// The numbers, times and words with digits in `text` that none of the cited items holds, as they stand
  /// there; see numbers.hpp for the rules. An unknown id supports nothing.
  std::vector<std::string> check_numbers(std::string_view text, std::span<const std::string> ids) const;

 private:
  std::shared_ptr<const clock> time_;
  evidence_limits limits_;
  std::deque<evidence_item> items_;
};

/// One JSON object a line: the file evidence.jsonl.
std::string to_json_lines(const evidence_log& log);

/// JSON text that is the same for equal values: members sorted by name, no blanks, numbers as `dump_json`
/// writes them. What `result_digest` is taken of.
std::string canonical_json(const json& value);

/// `value` cut until its JSON text has at most `bytes`: long arrays lose their last elements and long strings
/// their ends, first a little, then more. `cut` says whether anything is missing. A value that cannot be cut
/// small enough becomes null.
struct json_excerpt {
  json value;
  bool cut = false;
};
json_excerpt excerpt_of(const json& value, std::size_t bytes);

}  // namespace stook::sre
