#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <utility>

namespace stook::sqlite {

/// Says when the running query is over: at its deadline or at a request to stop. What it has said once for
/// the deadline stays said, so the reason for an end is known afterwards. One thread, but for the request.
class watch {
 public:
  using clock = std::chrono::steady_clock;

  void start(clock::time_point deadline, std::stop_token stop) {
    deadline_ = deadline;
    stop_ = std::move(stop);
    late_ = false;
  }

  bool over() {
    if (!late_) late_ = clock::now() >= deadline_;
    return late_ || stopped();
  }

  /// The same after a call of a function that took about `steps` steps: cheap enough for every row, and no
  /// run of calls goes on for long without a look at the clock.
  bool over_after(std::size_t steps) {
    steps_ += steps;
    if (steps_ < steps_per_look) return false;
    steps_ = 0;
    return over();
  }

  bool late() const { return late_; }
  bool stopped() const { return stop_.stop_requested(); }

 private:
  // Before the first query nothing is late: the functions of SQLite run while a database is being opened,
  // too.
  clock::time_point deadline_ = clock::time_point::max();
  std::stop_token stop_;
  bool late_ = false;

  static constexpr std::size_t steps_per_look = 100'000;  // some tenths of a millisecond
  std::size_t steps_ = 0;
};

}  // namespace stook::sqlite
