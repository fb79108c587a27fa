#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>

namespace stook {

/// How much is remembered, and for how long.
struct response_cache_options {
  std::size_t most_entries = 1000;
  std::size_t most_bytes = 16 * 1024 * 1024;  ///< of texts, calls and keys
  std::chrono::milliseconds time_to_live{std::chrono::hours(1)};
  /// By default the system's.
  std::shared_ptr<stook::clock> clock{};
  /// Requests that are the same and come while the first is under way wait for its answer, or for its
  /// failure, instead of being made. If the first is cancelled, one of them takes its place. Makes the model
  /// wait.
  bool single_flight = false;
};

/// A model that answers a request from memory if `model` answered the same one before: the same messages,
/// tools, choice, schema and options; ids of calls make no difference. Only whole answers are remembered: a
/// text that was not cut or filtered, or calls. An answer from memory arrives as one piece and used no
/// tokens. What was not asked for longest makes room. In memory only. Immediate if the model is and
/// `single_flight` is off. Thread-safe. Throws `error` (bad_response_cache) for options out of range.
std::shared_ptr<chat_model> with_response_cache(std::shared_ptr<chat_model> model,
                                                response_cache_options options = {});

}  // namespace stook
