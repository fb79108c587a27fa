#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>
#include <stook/core/error.hpp>

namespace stook {

/// A request that failed and is made again.
struct model_retried {
  std::string_view model;
  const failure& why;
  int tries;                      ///< made so far
  std::chrono::nanoseconds wait;  ///< from now to the next
};

/// When a request is made again. The defaults are the rule of OpenAI's and Anthropic's own clients, with one
/// try more: three failures in a row are survived.
struct retry_options {
  /// Requests at most, the first one counted.
  int tries = 4;
  /// Of these, requests that may end in model.protocol. A server that does not speak the protocol seldom
  /// learns it, but a proxy may have answered in its place once.
  int protocol_tries = 2;
  /// The first wait; each further one is twice as long.
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{8'000};
  /// A server that asks for more than this is not waited for: the request fails at once.
  std::chrono::milliseconds longest_retry_after{60'000};
  /// By default the system's. One that is not real makes each wait end at once.
  std::shared_ptr<stook::clock> clock{};
  /// Numbers from 0 to 1, each of which shortens one wait by up to a quarter. Called from any thread.
  std::function<double()> random{};
  /// Told of each retry before its wait, on the thread of the run. Must not throw.
  std::function<void(const model_retried&)> listener{};
};

/// A model that asks `model` again when it fails in a way that may pass: an error marked retryable, a stream
/// that broke off (model.truncated), once one that is no answer at all (model.protocol). It waits what the
/// server asked for, or else longer each time. It gives up, and the error says why, after `tries`, when a
/// server asks for too long a wait, when the next try would begin after the run's time is over, and when
/// somebody heard a part of the answer: that error is no longer retryable. Any other error, and the
/// cancellation of the run, ends the request at once. Waits by a real clock, so it is immediate only where
/// both the model is and the clock is not real. Thread-safe. Throws `error` (bad_retry) for options out of
/// range.
std::shared_ptr<chat_model> with_retry(std::shared_ptr<chat_model> model, retry_options options = {});

}  // namespace stook
