#include "agent/interrupter.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace stook::detail {

void interrupter::end(bool by_limit) {
  if (relay_->is_closed() || interrupted_.stop_requested()) return;
  timed_out_ = by_limit;
  interrupted_.request_stop();
  relay_->cancel(asio::cancellation_type::terminal);
}

std::function<void()> interrupter::ending() {
  return [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self) asio::post(self->strand_, [self] { self->end(false); });
  };
}

task<void> interrupter::run(task<void> work, std::optional<std::chrono::nanoseconds> limit,
                            std::stop_token stop) {
  const asio::cancellation_state outer = co_await asio::this_coro::cancellation_state;
  const bool at_once = outer.cancelled() != asio::cancellation_type::none;
  asio::cancellation_slot above = outer.slot();
  if (above.is_connected()) {
    above.assign([end_soon = ending()](asio::cancellation_type) { end_soon(); });
  }
  auto token = asio::bind_cancellation_slot(relay_->slot(), asio::use_awaitable);
  auto guarded = guard(std::move(work), limit, std::move(stop), at_once);
  auto pending = asio::co_spawn(strand_, std::move(guarded), std::move(token));
  co_await std::move(pending);
  if (above.is_connected()) above.clear();
}

// On the strand, where the signal is connected by now: an earlier interruption would find nobody.
task<void> interrupter::guard(task<void> work, std::optional<std::chrono::nanoseconds> limit,
                              std::stop_token stop, bool at_once) {
  co_await asio::this_coro::throw_if_cancelled(false);
  if (limit) {
    timer_.expires_after(*limit);
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      const auto self = weak.lock();
      if (self && !ec) self->end(true);
    });
  }
  const std::stop_callback on_stop(std::move(stop), ending());
  if (at_once) end(false);
  const closing_relay closing(relay_);
  co_await std::move(work);
  timer_.cancel();
}

}  // namespace stook::detail
