#pragma once

#include <chrono>
#include <memory>

#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>

namespace stook {

/// When a second request is made beside the first.
struct hedging_options {
  /// How long the first may take alone: what nine of ten answers take is a good choice.
  std::chrono::milliseconds delay{5'000};
  /// By default the system's. One that is not real makes the delay pass at once.
  std::shared_ptr<stook::clock> clock{};
};

/// A model that asks `second` too if `first` has not answered after a delay, or fails before; the first good
/// answer wins, and the other request is cancelled (Dean and Barroso, "The tail at scale", 2013). Costs
/// tokens that no usage tells of: those of a request that was cancelled. Where somebody listens, the first
/// piece of text decides, so that the pieces are of one answer; if that one breaks off then, the error is not
/// retryable. Returns when both requests have ended. Where both fail the error is that of `first`, with what
/// `second` said. Never immediate. Thread-safe. Throws `error` (bad_hedging) for options out of range.
std::shared_ptr<chat_model> with_hedging(std::shared_ptr<chat_model> first,
                                         std::shared_ptr<chat_model> second, hedging_options options = {});

/// The same with two requests to one model.
std::shared_ptr<chat_model> with_hedging(std::shared_ptr<chat_model> model, hedging_options options = {});

}  // namespace stook
