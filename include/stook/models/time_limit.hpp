#pragma once

#include <chrono>
#include <memory>

#include <stook/chat/model.hpp>

namespace stook {

/// A model that is waited for so long and no longer: then the request is cancelled, and the error is
/// model.timeout, retryable. Around a retry it bounds all tries together, inside it each one. Time is real
/// time. Immediate if the model is: one that does not wait cannot be interrupted. Thread-safe. Throws `error`
/// (bad_time_limit) for a limit below 1 ms or above a day.
std::shared_ptr<chat_model> with_time_limit(std::shared_ptr<chat_model> model,
                                            std::chrono::milliseconds limit);

}  // namespace stook
