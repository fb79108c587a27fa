#include <stook/core/clock.hpp>

namespace stook {
namespace {

class real_clock final : public clock {
 public:
  timestamp now() const override {
    return timestamp{std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
  }
  std::chrono::nanoseconds ticks() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  bool is_real() const override { return true; }
};

}  // namespace

std::shared_ptr<clock> system_clock() {
  static const auto shared = std::make_shared<real_clock>();
  return shared;
}

void manual_clock::skip_to(std::chrono::nanoseconds ticks) {
  const std::int64_t until = std::chrono::ceil<std::chrono::microseconds>(ticks).count();
  std::int64_t now = micros_.load();
  while (now < until && !micros_.compare_exchange_weak(now, until)) {
  }
}

}  // namespace stook
