#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

#include <stook/agent/limits.hpp>
#include <stook/core/clock.hpp>
#include <stook/core/usage.hpp>

namespace stook::detail {

/// What a run has spent, and every run above it with it. Children may spend from other threads.
class ledger {
 public:
  struct pressure {
    std::string_view over{};  // code of a limit that is reached
    std::string_view near{};  // code of a limit that leaves room for a last answer
  };
  struct amounts {
    int steps = 0;
    int tool_calls = 0;
    std::int64_t tokens = 0;
    std::int64_t nano_usd = 0;
    std::chrono::nanoseconds elapsed{0};
  };

  ledger(const run_limits& limits, const clock& time, ledger* parent);

  void spend_step(const usage& used);
  /// False, and nothing spent, if the tree has no call left.
  bool spend_tool_call();
  pressure check() const;
  /// The least time left in the tree.
  std::optional<std::chrono::nanoseconds> time_left() const;

  amounts spent() const;
  void restore(const amounts& a);

 private:
  const run_limits& limits_;
  const clock& clock_;
  ledger* parent_;
  std::chrono::nanoseconds started_{0};
  std::atomic<int> steps_{0};
  std::atomic<int> tool_calls_{0};
  std::atomic<std::int64_t> tokens_{0};
  std::atomic<std::int64_t> nano_usd_{0};
};

}  // namespace stook::detail
