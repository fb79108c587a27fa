#include <oncall/evidence/evidence.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <oncall/evidence/numbers.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook::sre {

evidence_log::evidence_log(std::shared_ptr<const clock> time, const evidence_limits& limits)
    : time_(std::move(time)), limits_(limits) {}

evidence_log evidence_log::holding(std::deque<evidence_item> items, std::shared_ptr<const clock> time) {
  evidence_log out(std::move(time));
  out.items_ = std::move(items);
  return out;
}

evidence_item evidence_of(observation seen, const evidence_limits& limits) {
  if (seen.query.size() > limits.query_bytes) {
    throw error("evidence_query",
                fmt::format("the query of {} has {} bytes: evidence keeps queries whole, at most {} bytes",
                            seen.tool, seen.query.size(), limits.query_bytes));
  }
  if (seen.to < seen.from) {
    throw error("evidence_window", fmt::format("the window of {} ends at {}, before it begins at {}",
                                               seen.tool, to_string(seen.to), to_string(seen.from)));
  }
  evidence_item item{.id = {},
                     .tool = to_valid_utf8(seen.tool),
                     .call_id = std::move(seen.call_id),
                     .query = to_valid_utf8(seen.query),
                     .source = to_valid_utf8(seen.source),
                     .source_digest = std::move(seen.source_digest),
                     .window = {seen.from, seen.to},
                     .result = {},
                     .result_digest = sha256_hex(canonical_json(seen.result)),
                     .rows = seen.rows,
                     .truncated = seen.truncated};
  json_excerpt kept = excerpt_of(seen.result, limits.result_bytes);
  item.result = std::move(kept.value);
  item.truncated |= kept.cut;
  return item;
}

std::string evidence_log::record(observation seen) {
  evidence_item item = evidence_of(std::move(seen), limits_);
  for (const evidence_item& known : items_) {
    if (known.result_digest == item.result_digest && known.query == item.query && known.tool == item.tool &&
        known.source_digest == item.source_digest && known.window == item.window) {
      return known.id;
    }
  }
  if (items_.size() >= limits_.items) {
    throw error("evidence_full", fmt::format("{} pieces of evidence are recorded, and no more are kept: ask "
                                             "fewer questions or raise evidence_limits::items",
                                             items_.size()));
  }
  item.ran_at = time_->now();
  std::size_t next = items_.size() + 1;
  while (find(fmt::format("E{}", next))) ++next;  // where the log began with items of other ids
  item.id = fmt::format("E{}", next);
  items_.push_back(std::move(item));
  return items_.back().id;
}

const evidence_item* evidence_log::find(std::string_view id) const {
  const auto at =
      std::find_if(items_.begin(), items_.end(), [id](const evidence_item& item) { return item.id == id; });
  return at == items_.end() ? nullptr : &*at;
}

std::vector<std::string> evidence_log::check_numbers(std::string_view text,
                                                     std::span<const std::string> ids) const {
  cited_values cited;
  for (const std::string& id : ids) {
    if (const evidence_item* item = find(id)) cited.add(*item);
  }
  return cited.unsupported(text);
}

std::string to_json_lines(const evidence_log& log) {
  std::string out;
  for (const evidence_item& item : log.items()) {
    out += to_json_text(item);
    out += '\n';
  }
  return out;
}

}  // namespace stook::sre
