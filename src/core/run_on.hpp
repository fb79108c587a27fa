#pragma once

#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stook/core/fwd.hpp>

namespace stook::detail {

/// Brings a cancellation to a coroutine on another strand, unless that has ended. Used on the strand only.
class cancellation_relay {
 public:
  boost::asio::cancellation_slot slot() { return signal_.slot(); }
  void cancel(boost::asio::cancellation_type type) {
    if (!over_) signal_.emit(type);
  }
  void close() { over_ = true; }
  bool is_closed() const { return over_; }

 private:
  boost::asio::cancellation_signal signal_;
  bool over_ = false;
};

/// Closes the relay however the coroutine around it ends.
class closing_relay {
 public:
  explicit closing_relay(std::shared_ptr<cancellation_relay> relay) : relay_(std::move(relay)) {}
  closing_relay(const closing_relay&) = delete;
  closing_relay& operator=(const closing_relay&) = delete;
  ~closing_relay() { relay_->close(); }

 private:
  std::shared_ptr<cancellation_relay> relay_;
};

template <typename T>
task<T> run_until_over(task<T> work, std::shared_ptr<cancellation_relay> relay) {
  const closing_relay closing(std::move(relay));
  co_return co_await std::move(work);
}

/// Runs `work` on a strand and waits for it here; a cancellation of the one who waits reaches it.
///
/// `co_await co_spawn(strand, work, use_awaitable)` should do the same. In Boost 1.81 it hands a cancellation
/// to the strand by a pointer into the cancellation slot of the one who waits: where the work ends before it
/// gets there, and the waiting goes on, that memory is somebody else's by then.
template <typename T>
task<T> run_on(boost::asio::any_io_executor strand, task<T> work) {
  const auto relay = std::make_shared<cancellation_relay>();
  const boost::asio::cancellation_state waiting = co_await boost::asio::this_coro::cancellation_state;
  boost::asio::cancellation_slot above = waiting.slot();
  if (above.is_connected()) {
    above.assign([strand, relay](boost::asio::cancellation_type type) {
      boost::asio::post(strand, [relay, type] { relay->cancel(type); });
    });
  }
  auto token = boost::asio::bind_cancellation_slot(relay->slot(), boost::asio::use_awaitable);
  auto guarded = run_until_over(std::move(work), relay);
  auto pending = boost::asio::co_spawn(strand, std::move(guarded), std::move(token));
  co_return co_await std::move(pending);
}

}  // namespace stook::detail
