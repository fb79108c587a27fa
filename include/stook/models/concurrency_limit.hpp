#pragma once

#include <memory>

#include <stook/chat/model.hpp>

namespace stook {

/// A model that makes at most `at_most` requests to `model` at the same time, over all runs, threads and
/// io_contexts that use this one. The others wait in the order in which they came; cancellation, a stop and
/// the end of the run's time (model.overload) end the wait, and a place is lost in no case. Never immediate.
/// Thread-safe. Throws `error` (bad_concurrency_limit) for a limit below 1.
std::shared_ptr<chat_model> with_concurrency_limit(std::shared_ptr<chat_model> model, int at_most);

}  // namespace stook
