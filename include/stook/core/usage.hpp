#pragma once

#include <cstdint>

namespace stook {

/// What model calls consumed. Input tokens include the cached ones.
struct usage {
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cached_input_tokens = 0;  ///< part of input_tokens
  std::int64_t cache_write_tokens = 0;   ///< part of input_tokens
  std::int64_t reasoning_tokens = 0;     ///< part of output_tokens
  double cost_usd = 0;                   ///< 0 where no price is known

  std::int64_t total_tokens() const { return input_tokens + output_tokens; }

  usage& operator+=(const usage& more) {
    input_tokens += more.input_tokens;
    output_tokens += more.output_tokens;
    cached_input_tokens += more.cached_input_tokens;
    cache_write_tokens += more.cache_write_tokens;
    reasoning_tokens += more.reasoning_tokens;
    cost_usd += more.cost_usd;
    return *this;
  }
  friend usage operator+(usage a, const usage& b) { return a += b; }
  friend bool operator==(const usage&, const usage&) = default;
};

}  // namespace stook
