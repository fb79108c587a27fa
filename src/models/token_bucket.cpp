#include "models/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace stook::detail {

using std::chrono::nanoseconds;
using seconds = std::chrono::duration<double>;

token_bucket::token_bucket(double per_minute, seconds burst, nanoseconds now)
    : per_second_(per_minute / 60),
      most_(std::max(1.0, per_second_ * burst.count())),
      level_(most_),
      filled_at_(now) {}

void token_bucket::fill(nanoseconds now) {
  level_ = std::min(most_, level_ + per_second_ * seconds(now - filled_at_).count());
  filled_at_ = now;
}

nanoseconds token_bucket::time_until(double amount, nanoseconds now) {
  if (per_second_ <= 0) return nanoseconds(0);
  fill(now);
  const double missing = std::min(amount, most_) - level_;
  if (missing <= 0) return nanoseconds(0);
  // a year is for ever, and fits the type
  const double wait = std::min(missing / per_second_, 365.0 * 86'400);
  return nanoseconds(static_cast<nanoseconds::rep>(std::ceil(wait * 1e9)));
}

void token_bucket::give_back(double amount) { level_ = std::min(most_, level_ + amount); }

}  // namespace stook::detail
