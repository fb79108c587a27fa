#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>

namespace stook {

/// How much may be asked of a model.
struct rate_limit_options {
  double requests_per_minute = 0;  ///< 0 for no limit
  double tokens_per_minute = 0;    ///< of input and output together; 0 for no limit
  /// What may be used at once: as much as comes in this time.
  std::chrono::milliseconds burst{60'000};
  /// By default the system's.
  std::shared_ptr<stook::clock> clock{};
  /// Tokens that a request will use, before it is made; what it did use is settled when its reply comes. By
  /// default a quarter of the bytes of messages and tools, and `max_output_tokens` where that is given.
  /// Called from any thread.
  std::function<std::int64_t(const chat_request&)> estimate{};
};

/// A model that is asked no faster than the limits allow: a token bucket each (Turner, "New directions in
/// communications", 1986) for requests and for tokens, full at first. Requests wait in the order in which
/// they came, over all runs, threads and io_contexts that use this one. A request that is larger than a
/// bucket waits until it is full. Cancellation and a stop end the wait; a wait that the run has no time for
/// fails at once with model.overload. A request that fails counts as it was estimated. Never immediate.
/// Thread-safe. Throws `error` (bad_rate_limit) for options out of range.
std::shared_ptr<chat_model> with_rate_limit(std::shared_ptr<chat_model> model, rate_limit_options options);

}  // namespace stook
