#include "models/byte_budget.hpp"

#include <fmt/format.h>

#include <stook/chat/model_error.hpp>

namespace stook::models {

void byte_budget::spend(std::size_t bytes) {
  spent_ += bytes;
  if (spent_ <= most_) return;
  throw model_error(
      {"model.too_large", fmt::format("expected an answer of {} bytes or fewer, got more", most_),
       "raise max_reply_bytes if such answers are meant to be read"},
      200);
}

}  // namespace stook::models
