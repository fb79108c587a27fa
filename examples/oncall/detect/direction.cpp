#include <oncall/detect/direction.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include <stook/core/ascii.hpp>

namespace stook::sre {
namespace {

using namespace std::string_view_literals;

constexpr std::array error_words = {"error"sv,       "errors"sv,  "err"sv,      "errs"sv,      "fail"sv,
                                    "failed"sv,      "failure"sv, "failures"sv, "exception"sv, "exceptions"sv,
                                    "5xx"sv,         "4xx"sv,     "500"sv,      "503"sv,       "fault"sv,
                                    "faults"sv,      "timeout"sv, "timeouts"sv, "rejected"sv,  "rejects"sv,
                                    "dropped"sv,     "drops"sv,   "crash"sv,    "crashes"sv,   "restarts"sv,
                                    "unavailable"sv, "aborted"sv, "loss"sv,     "lost"sv,      "burn"sv};
constexpr std::array latency_words = {"latency"sv, "latencies"sv, "duration"sv, "durations"sv,
                                      "elapsed"sv, "delay"sv,     "rtt"sv,      "ttfb"sv};
/// Units and the like: they say latency only where no word says of what.
constexpr std::array time_words = {"ms"sv,  "millis"sv, "milliseconds"sv, "us"sv,  "seconds"sv,
                                   "sec"sv, "time"sv,   "wait"sv,         "slow"sv};
constexpr std::array availability_words = {"availability"sv, "success"sv, "successes"sv, "successful"sv,
                                           "succeeded"sv,    "uptime"sv,  "healthy"sv,   "apdex"sv,
                                           "ok"sv,           "2xx"sv,     "up"sv};
constexpr std::array saturation_words = {
    "cpu"sv,         "memory"sv,      "mem"sv,       "heap"sv,    "rss"sv,      "disk"sv,
    "queue"sv,       "queued"sv,      "backlog"sv,   "lag"sv,     "depth"sv,    "saturation"sv,
    "utilization"sv, "utilisation"sv, "usage"sv,     "load"sv,    "pool"sv,     "connections"sv,
    "conns"sv,       "threads"sv,     "gc"sv,        "pending"sv, "inflight"sv, "retries"sv,
    "retry"sv,       "cache"sv,       "evictions"sv, "locks"sv,   "io"sv,       "misses"sv};
constexpr std::array throughput_words = {
    "rps"sv,      "qps"sv,       "tps"sv,    "rpm"sv,       "throughput"sv, "requests"sv,     "request"sv,
    "req"sv,      "reqs"sv,      "hits"sv,   "traffic"sv,   "orders"sv,     "transactions"sv, "calls"sv,
    "sessions"sv, "checkouts"sv, "logins"sv, "processed"sv, "completed"sv,  "ops"sv};
constexpr std::array reversing_words = {"idle"sv, "free"sv,      "available"sv,
                                        "hit"sv,  "remaining"sv, "headroom"sv};

using ascii::is_digit;
using ascii::is_lower;
using ascii::is_upper;

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_upper(c) && !is_lower(c) && !is_digit(c)) {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    const bool after_lower = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    const bool before_lower = i + 1 < name.size() && is_lower(name[i + 1]) && i > 0 && is_upper(name[i - 1]);
    if (is_upper(c) && (after_lower || before_lower) && !words.back().empty()) words.emplace_back();
    words.back() += ascii::to_lower(c);
  }
  // "per second" is a rate, not a time.
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "per") words[i + 1].clear();
  }
  return words;
}

/// p50, p95, p999, and with the unit at the end: p99ms.
bool is_percentile(std::string_view word) {
  if (word.ends_with("ms")) word.remove_suffix(2);
  return word.size() >= 3 && word.size() <= 5 && word.front() == 'p' &&
         std::ranges::all_of(word.substr(1), is_digit);
}

}  // namespace

metric_sense infer_sense(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  const auto has = [&](std::span<const std::string_view> known) {
    return std::ranges::any_of(
        words, [&](std::string_view w) { return std::ranges::find(known, w) != known.end(); });
  };
  const bool reversed = has(reversing_words);
  if (has(error_words)) return {metric_role::errors, reversed ? bad_direction::down : bad_direction::up};
  if (has(latency_words)) return {metric_role::latency, bad_direction::up};
  if (has(availability_words)) return {metric_role::availability, bad_direction::down};
  if (has(saturation_words)) {
    return {metric_role::saturation, reversed ? bad_direction::down : bad_direction::up};
  }
  if (has(time_words) || std::ranges::any_of(words, is_percentile)) {
    return {metric_role::latency, bad_direction::up};
  }
  if (has(throughput_words)) return {metric_role::throughput, bad_direction::down};
  return {};
}

}  // namespace stook::sre
