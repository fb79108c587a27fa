#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <stook/core/fwd.hpp>

#include "core/run_on.hpp"

namespace stook::detail {

/// Ends a coroutine from outside: when its time is up, by a stop token, or with the coroutine that awaits it.
/// Its work and its timer share a strand, so that an io_context may have many threads.
class interrupter : public std::enable_shared_from_this<interrupter> {
 public:
  explicit interrupter(const boost::asio::any_io_executor& ex)
      : strand_(boost::asio::make_strand(ex)),
        timer_(strand_),
        relay_(std::make_shared<cancellation_relay>()) {}

  /// Runs `work` to its end. Once interrupted, what it awaits fails with operation_aborted.
  task<void> run(task<void> work, std::optional<std::chrono::nanoseconds> limit, std::stop_token stop);

  /// True if it was the limit that ended the work.
  bool timed_out() const { return timed_out_; }
  /// Requested together with the interruption.
  std::stop_token interrupted() const { return interrupted_.get_token(); }

 private:
  void end(bool by_limit);
  // What ends the work from any thread, also after this object is gone.
  std::function<void()> ending();
  task<void> guard(task<void> work, std::optional<std::chrono::nanoseconds> limit, std::stop_token stop,
                   bool at_once);

  boost::asio::strand<boost::asio::any_io_executor> strand_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<cancellation_relay> relay_;
  std::stop_source interrupted_;
  bool timed_out_ = false;
};

}  // namespace stook::detail
