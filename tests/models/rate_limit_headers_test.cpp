#include "models/rate_limit_headers.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

stook::rate_limits limits(const std::map<std::string, std::string, std::less<>>& headers) {
  const auto header = [&](std::string_view name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
  };
  return stook::models::limits_of(header, std::chrono::sys_days(std::chrono::year(2026) / 11 / 26));
}

}  // namespace

TEST_CASE("OpenAI's limits are numbers and durations") {
  const auto all = limits({{"x-ratelimit-remaining-requests", "59"},
                           {"x-ratelimit-remaining-tokens", "149984"},
                           {"x-ratelimit-reset-requests", "1m2.5s"},
                           {"x-ratelimit-reset-tokens", "17ms"}});
  CHECK(all.requests_left == 59);
  CHECK(all.tokens_left == 149984);
  CHECK(all.requests_reset == 62500ms);
  CHECK(all.tokens_reset == 17ms);
  const auto other = limits({{"x-ratelimit-reset-requests", "1s"}, {"x-ratelimit-reset-tokens", "6m0s"}});
  CHECK(other.requests_reset == 1s);
  CHECK(other.tokens_reset == 6min);
}

TEST_CASE("Anthropic's limits are numbers and times") {
  const auto all = limits({{"anthropic-ratelimit-requests-remaining", "3"},
                           {"anthropic-ratelimit-requests-reset", "2026-11-26T00:00:30Z"},
                           {"anthropic-ratelimit-tokens-reset", "2026-11-25T00:00:00Z"}});
  CHECK(all.requests_left == 3);
  CHECK(all.requests_reset == 30s);
  CHECK(all.tokens_reset == 0s);
  CHECK_FALSE(all.tokens_left.has_value());
  const auto apart = limits({{"anthropic-ratelimit-input-tokens-remaining", "40000"},
                             {"anthropic-ratelimit-output-tokens-remaining", "8000"},
                             {"anthropic-ratelimit-input-tokens-reset", "2026-11-26T00:00:10Z"},
                             {"anthropic-ratelimit-output-tokens-reset", "2026-11-26T00:01:00Z"}});
  CHECK(apart.input_tokens_left == 40000);
  CHECK(apart.output_tokens_left == 8000);
  CHECK(apart.input_tokens_reset == 10s);
  CHECK(apart.output_tokens_reset == 60s);
}

TEST_CASE("what makes no sense is not said") {
  CHECK(limits({}) == stook::rate_limits{});
  for (const char* odd : {"", "-1", "x", "1y", "s", "1e400s", "99999999999999999999h", "nan", "1s-1s"}) {
    CAPTURE(odd);
    CHECK(limits({{"x-ratelimit-remaining-requests", odd}, {"x-ratelimit-reset-requests", odd}}) ==
          stook::rate_limits{});
  }
  CHECK(limits({{"anthropic-ratelimit-requests-reset", "tomorrow"}}) == stook::rate_limits{});
}
