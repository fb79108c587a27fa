#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <stook/chat/model.hpp>
#include <stook/core/clock.hpp>
#include <stook/core/error.hpp>

namespace stook {

/// A model that did not answer a request, so that the next one of the list is asked.
struct model_passed_over {
  std::string_view model;
  const failure& why;     ///< of this request; of its newest failure if it was not asked
  bool asked;             ///< false: not asked, for it failed too often of late
  std::string_view next;  ///< the model that is asked now; empty if none is left
};

/// When a model is passed over.
struct fallback_options {
  /// After so many failures in a row a model is not asked for a while.
  int failures = 3;
  /// How long. Then one request tries it, and the others still pass it over.
  std::chrono::milliseconds cool_down{30'000};
  /// Of the cool-down; by default the system's.
  std::shared_ptr<stook::clock> clock{};
  /// Told of each model that is passed over, on the thread of the run: for a report that says who answered
  /// and why not somebody else. Called by concurrent runs at once. Must not throw.
  std::function<void(const model_passed_over&)> listener{};
};

/// A model that asks the models in order until one answers; `chat_reply::model` says which. A model that
/// failed too often is passed over for a while, and asked only if no other answers. A failure that is of the
/// request (model.rejected, model.context_length) is no sign of ill health. Once somebody heard a part of an
/// answer no other model is asked, and the error is not retryable. Where all failed, the error has the code
/// of the first, and its message tells what each one said. Cancellation ends the request at once. Immediate
/// if all models are. Thread-safe; the memory is shared by all runs. Throws `error` (bad_fallback) for
/// options out of range.
std::shared_ptr<chat_model> with_fallback(std::vector<std::shared_ptr<chat_model>> models,
                                          fallback_options options = {});

}  // namespace stook
