#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <pipeline/run_core.hpp>

namespace stook::detail {

/// The Asio side of a run: starts steps, as coroutines or on a pool, and waits for the oldest. All of it
/// happens on one strand, or on the thread that calls a run with an event loop of its own.
class run_loop {
 public:
  explicit run_loop(run_core& run);  // with an event loop of its own, for `run_core::advance`
  run_loop(run_core& run, const boost::asio::any_io_executor& executor);

  task<bool> advance();
  bool advance_here();
  /// The coroutine that awaits the run was cancelled before it came to wait for this. Between advances only.
  void cancel() { cancelled_ = true; }
  /// Stops what is running; waits for it if the event loop is the run's own.
  void abandon();

  const boost::asio::any_io_executor& strand() const { return strand_; }

 private:
  task<void> look_for_cancellation();
  void start_all();
  void start(step& s);
  void finished(step& s, std::exception_ptr failure);
  void stop_everything();
  bool over() const;
  bool may_deliver() const;
  const boost::asio::any_io_executor* pool();
  void watch_stop();

  run_core& run_;
  std::optional<boost::asio::io_context> own_;
  boost::asio::any_io_executor strand_;
  boost::asio::steady_timer wake_;
  std::optional<boost::asio::thread_pool> own_pool_;
  boost::asio::any_io_executor own_pool_executor_;
  std::unordered_map<const step*, boost::asio::cancellation_signal> signals_;
  std::size_t running_ = 0;
  bool failed_ = false;     // a step failed: no new ones
  bool ending_ = false;     // time is over, or stop was requested
  bool cancelled_ = false;  // the awaiting coroutine was cancelled
  turn why_none_ = turn::wait;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace stook::detail
