#pragma once

#include <chrono>

namespace stook::detail {

/// A budget that fills with time. It may be overdrawn, by what was estimated too low; then it fills from
/// below. One without a rate is always full.
class token_bucket {
 public:
  token_bucket(double per_minute, std::chrono::duration<double> burst, std::chrono::nanoseconds now);

  /// How long until `amount` is there, or all that ever fits.
  std::chrono::nanoseconds time_until(double amount, std::chrono::nanoseconds now);
  void take(double amount) { level_ -= amount; }
  /// Also a negative amount.
  void give_back(double amount);

 private:
  void fill(std::chrono::nanoseconds now);

  double per_second_;
  double most_;
  double level_;
  std::chrono::nanoseconds filled_at_;
};

}  // namespace stook::detail
