#pragma once

#include <stook/chat/model.hpp>

namespace stook::detail {

/// Runs `model.async_generate` to its end on an io_context of its own.
chat_reply wait_for_reply(chat_model& model, const chat_request& request, generation& context);

}  // namespace stook::detail
