#include "agent/interrupter.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace stook::detail {

void interrupter::end(bool by_limit) {
  if (interrupted_.stop_requested()) return;
  timed_out_ = by_limit;
  interrupted_.request_stop();
  signal_.emit(asio::cancellation_type::terminal);
}

task<void> interrupter::run(task<void> work, std::optional<std::chrono::nanoseconds> limit,
                            std::stop_token stop) {
  const std::weak_ptr<interrupter> weak = weak_from_this();
  const auto end_soon = [weak] {
    if (auto self = weak.lock()) asio::post(self->strand_, [self] { self->end(false); });
  };
  if (limit) {
    timer_.expires_after(*limit);
    timer_.async_wait([weak](boost::system::error_code ec) {
      if (auto self = weak.lock(); self && !ec) self->end(true);
    });
  }
  const std::stop_callback on_stop(std::move(stop), end_soon);
  const asio::cancellation_state outer = co_await asio::this_coro::cancellation_state;
  asio::cancellation_slot above = outer.slot();
  if (above.is_connected()) {
    above.assign([end_soon](asio::cancellation_type) { end_soon(); });
  }
  auto token = asio::bind_cancellation_slot(signal_.slot(), asio::use_awaitable);
  auto pending = asio::co_spawn(strand_, std::move(work), std::move(token));
  co_await std::move(pending);
  if (above.is_connected()) above.clear();
  asio::post(strand_, [self = shared_from_this()] { self->timer_.cancel(); });
}

}  // namespace stook::detail
