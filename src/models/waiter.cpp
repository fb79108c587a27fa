#include "models/waiter.hpp"

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <stook/core/error.hpp>

#include "core/is_cancelled.hpp"

namespace asio = boost::asio;

namespace stook::detail {
namespace {

void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw error("cancelled", "the run was cancelled while it waited for a model");
}

}  // namespace

void waiter::wake() {
  asio::post(timer_.get_executor(), [self = shared_from_this()] { self->end(self->woken_); });
}

void waiter::end(bool& reason) {
  reason = true;
  timer_.expires_at(asio::steady_timer::time_point::min());  // also ends a wait that has yet to begin
}

task<bool> waiter::wait(std::optional<std::chrono::nanoseconds> until, std::stop_token stop) {
  throw_if_stopped(stop);
  if (until && !clock_->is_real()) {
    clock_->skip_to(*until);
    until = clock_->ticks();
  }
  const std::stop_callback on_stop(stop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self) asio::post(self->timer_.get_executor(), [self] { self->end(self->stopped_); });
  });
  if (!woken_) {
    if (until) {
      timer_.expires_after(*until - clock_->ticks());
    } else {
      timer_.expires_at(asio::steady_timer::time_point::max());
    }
    bool aborted = false;
    try {
      auto pending = timer_.async_wait(asio::use_awaitable);
      co_await std::move(pending);
    } catch (const boost::system::system_error&) {
      aborted = true;  // woken, stopped or cancelled
    }
    auto check = is_cancelled();
    const bool cancelled = co_await std::move(check);
    if (aborted && cancelled) throw boost::system::system_error(asio::error::operation_aborted);
  }
  if (stopped_) throw_if_stopped(stop);
  const bool woken = woken_;
  woken_ = false;
  co_return woken;
}

task<void> async_pause(std::shared_ptr<stook::clock> time, std::chrono::nanoseconds how_long,
                       std::stop_token stop) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto alone = std::make_shared<waiter>(executor, time);
  auto pending = alone->wait(time->ticks() + how_long, std::move(stop));
  co_await std::move(pending);
}

void pause(stook::clock& time, std::chrono::nanoseconds how_long, const std::stop_token& stop) {
  throw_if_stopped(stop);
  time.skip_to(time.ticks() + how_long);
}

std::string seconds_text(std::chrono::duration<double> d) {
  return d.count() < 100 ? fmt::format("{:.3g} s", d.count()) : fmt::format("{:.0f} s", d.count());
}

}  // namespace stook::detail
