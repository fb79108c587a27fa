#include "models/rate_limit_headers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <stook/core/time.hpp>

namespace stook::models {
namespace {

using std::chrono::milliseconds;

constexpr double longest_ms = 366.0 * 24 * 3600 * 1000;

std::optional<std::int64_t> count_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (text.empty() || code != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

// "1h2m3.5s", "6m0s", "17ms"; a number alone is seconds.
std::optional<milliseconds> duration_in(std::string_view text) {
  double sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    double number = 0;
    const auto [stop, code] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (code != std::errc() || !(number >= 0)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    const std::string_view unit = text.substr(0, std::min(text.find_first_of("0123456789."), text.size()));
    text.remove_prefix(unit.size());
    if (unit == "ms") {
      sum += number;
    } else if (unit == "s" || unit.empty()) {
      sum += number * 1000;
    } else if (unit == "m") {
      sum += number * 60'000;
    } else if (unit == "h") {
      sum += number * 3'600'000;
    } else if (unit == "d") {
      sum += number * 86'400'000;
    } else {
      return std::nullopt;
    }
    if (!(sum <= longest_ms)) return std::nullopt;
  }
  return milliseconds(static_cast<std::int64_t>(sum));
}

std::optional<milliseconds> until(std::string_view time, std::chrono::system_clock::time_point now) {
  const auto parsed = parse_timestamp(time);
  if (!parsed) return std::nullopt;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto left = milliseconds((parsed->value.micros() - us) / 1000);
  return left.count() < 0 ? milliseconds(0) : left;
}

}  // namespace

rate_limits limits_of(const header_of& header, std::chrono::system_clock::time_point now) {
  rate_limits limits;
  limits.requests_left = count_in(header("x-ratelimit-remaining-requests"));
  limits.tokens_left = count_in(header("x-ratelimit-remaining-tokens"));
  limits.requests_reset = duration_in(header("x-ratelimit-reset-requests"));
  limits.tokens_reset = duration_in(header("x-ratelimit-reset-tokens"));
  if (limits != rate_limits{}) return limits;
  limits.requests_left = count_in(header("anthropic-ratelimit-requests-remaining"));
  limits.tokens_left = count_in(header("anthropic-ratelimit-tokens-remaining"));
  limits.requests_reset = until(header("anthropic-ratelimit-requests-reset"), now);
  limits.tokens_reset = until(header("anthropic-ratelimit-tokens-reset"), now);
  limits.input_tokens_left = count_in(header("anthropic-ratelimit-input-tokens-remaining"));
  limits.output_tokens_left = count_in(header("anthropic-ratelimit-output-tokens-remaining"));
  limits.input_tokens_reset = until(header("anthropic-ratelimit-input-tokens-reset"), now);
  limits.output_tokens_reset = until(header("anthropic-ratelimit-output-tokens-reset"), now);
  return limits;
}

}  // namespace stook::models
