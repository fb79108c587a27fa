#include "models/model_health.hpp"

namespace stook::detail {

bool model_health::admits(std::chrono::nanoseconds now, int most_failures) {
  const std::lock_guard lock(mutex_);
  if (in_a_row_ < most_failures) return true;
  if (probing_ || now < skipped_until_) return false;
  probing_ = true;
  return true;
}

void model_health::succeeded() {
  const std::lock_guard lock(mutex_);
  in_a_row_ = 0;
  probing_ = false;
}

void model_health::failed(const failure& why, std::chrono::nanoseconds skipped_until) {
  const std::lock_guard lock(mutex_);
  ++in_a_row_;
  probing_ = false;
  skipped_until_ = skipped_until;
  newest_ = why;
}

void model_health::abandoned() {
  const std::lock_guard lock(mutex_);
  probing_ = false;
}

failure model_health::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

}  // namespace stook::detail
