#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stook/core/clock.hpp>
#include <stook/core/fwd.hpp>

namespace stook::detail {

/// A wait of one coroutine, on its executor, that any thread may end.
class waiter : public std::enable_shared_from_this<waiter> {
 public:
  waiter(const boost::asio::any_io_executor& on, std::shared_ptr<stook::clock> time)
      : timer_(on), clock_(std::move(time)) {}

  /// True once `wake` was called, also if that was before; false when the clock's ticks have come to `until`.
  /// By a clock that is not real that is at once. Throws operation_aborted if the coroutine is cancelled, and
  /// `error` (cancelled) if a stop is requested.
  task<bool> wait(std::optional<std::chrono::nanoseconds> until, std::stop_token stop);

  /// From any thread, while the executor's context lives.
  void wake();

 private:
  void end(bool& reason);

  boost::asio::steady_timer timer_;
  std::shared_ptr<stook::clock> clock_;
  bool woken_ = false;  // these two on the executor only
  bool stopped_ = false;
};

/// Waits for a while, as `waiter::wait` does.
task<void> async_pause(std::shared_ptr<stook::clock> time, std::chrono::nanoseconds how_long,
                       std::stop_token stop);
/// The same by a clock that is not real, without a coroutine.
void pause(stook::clock& time, std::chrono::nanoseconds how_long, const std::stop_token& stop);

/// "1.5 s", for messages. In seconds of any number, for a server may ask for a million years.
std::string seconds_text(std::chrono::duration<double> d);

}  // namespace stook::detail
