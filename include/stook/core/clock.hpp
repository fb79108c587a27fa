#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include <stook/core/time.hpp>

namespace stook {

/// Where a run takes its time from. Implementations are thread-safe.
class clock {
 public:
  virtual ~clock() = default;
  virtual timestamp now() const = 0;
  /// Elapsed time that never goes back; its zero is arbitrary.
  virtual std::chrono::nanoseconds ticks() const = 0;
  /// False for a clock that a program moves by hand: no timer waits for it.
  virtual bool is_real() const = 0;
  /// Of a clock that is not real: what happens in place of a wait until `ticks`, which then ends at once.
  virtual void skip_to(std::chrono::nanoseconds ticks) { static_cast<void>(ticks); }
};

/// The system's clocks. Shared and stateless.
std::shared_ptr<clock> system_clock();

/// A clock that stands still until it is moved, or until something waits by it: for tests and replays.
class manual_clock final : public clock {
 public:
  explicit manual_clock(timestamp start = timestamp::from_seconds(1'767'225'600)) : micros_(start.micros()) {}

  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

  timestamp now() const override { return timestamp::from_micros(micros_); }
  std::chrono::nanoseconds ticks() const override { return std::chrono::microseconds{micros_.load()}; }
  bool is_real() const override { return false; }
  /// Two waits that begin together end together: time goes to the later end, and never back.
  void skip_to(std::chrono::nanoseconds ticks) override;

 private:
  std::atomic<std::int64_t> micros_;
};

}  // namespace stook
