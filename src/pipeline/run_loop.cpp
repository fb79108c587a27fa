#include <pipeline/run_loop.hpp>

#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stook::detail {

namespace asio = boost::asio;

run_loop::run_loop(run_core& run)
    : run_(run), own_(std::in_place, 1), strand_(own_->get_executor()), wake_(strand_) {
  watch_stop();
}

run_loop::run_loop(run_core& run, const asio::any_io_executor& executor)
    : run_(run), strand_(asio::make_strand(executor)), wake_(strand_) {
  watch_stop();
}

void run_loop::watch_stop() {
  if (!run_.options.stop.stop_possible()) return;
  on_stop_.emplace(run_.options.stop, [core = run_.weak_from_this(), strand = strand_] {
    asio::post(strand, [core] {
      if (const auto run = core.lock()) run->loop->wake_.cancel();
    });
  });
}

// A pool is needed only where a plain function must not hold up the others.
const asio::any_io_executor* run_loop::pool() {
  if (run_.options.pool) return run_.options.pool;
  if (!own_ || run_.options.parallel <= 1) return nullptr;
  if (!own_pool_) {
    own_pool_.emplace(run_.options.parallel);
    own_pool_executor_ = own_pool_->get_executor();
  }
  return &own_pool_executor_;
}

void run_loop::start(step& s) {
  run_.prepare(s);
  component_body& body = *run_.steps.layout().nodes[s.node].body;
  ++running_;
  if (body.kind.coroutine) {
    auto work = body.async_call(s.io);
    asio::co_spawn(strand_, std::move(work),
                   asio::bind_cancellation_slot(
                       signals_[&s].slot(), [core = run_.shared_from_this(), &s](std::exception_ptr failure) {
                         core->loop->finished(s, std::move(failure));
                       }));
  } else if (const asio::any_io_executor* threads = pool()) {
    // The run is never let go of on a thread of the pool, which may be its own and must not end itself.
    asio::post(*threads,
               [core = run_.shared_from_this(), &s, busy = asio::make_work_guard(strand_)]() mutable {
                 core->call(s);
                 const asio::any_io_executor strand = core->loop->strand_;
                 asio::post(strand, [core = std::move(core), &s] { core->loop->finished(s, s.failure); });
               });
  } else {
    run_.call(s);
    finished(s, s.failure);
  }
}

void run_loop::start_all() {
  const std::size_t most = run_.options.parallel == 0 ? 1 : run_.options.parallel;
  while (!failed_ && run_.steps.steps_out() < most) {
    step* s = nullptr;
    why_none_ = run_.steps.next(s);
    if (why_none_ != turn::step) return;
    if (s->finished) {  // its inputs could not be joined
      failed_ = true;
    } else {
      start(*s);
    }
  }
}

void run_loop::finished(step& s, std::exception_ptr failure) {
  --running_;
  s.failure = std::move(failure);
  s.finished = true;
  signals_.erase(&s);
  if (s.failure) {  // those behind it would not have run in sequence
    failed_ = true;
    for (const step* behind = s.behind; behind; behind = behind->behind) {
      const auto signal = signals_.find(behind);
      if (signal != signals_.end()) signal->second.emit(asio::cancellation_type::terminal);
    }
  }
  wake_.cancel();
}

void run_loop::stop_everything() {
  failed_ = true;
  run_.stop.request_stop();
  for (auto& [s, signal] : signals_) signal.emit(asio::cancellation_type::terminal);
}

bool run_loop::over() const {
  return ending_ || cancelled_ || run_.options.stop.stop_requested() ||
         (run_.deadline && std::chrono::steady_clock::now() >= *run_.deadline);
}

// A failed step is reported when nothing runs any more, since its report takes all other steps back. What
// fails because the run is ending is not reported.
bool run_loop::may_deliver() const {
  const step* oldest = run_.steps.oldest();
  if (!oldest || !oldest->finished) return false;
  return !oldest->failure || (running_ == 0 && !ending_);
}

// A cancellation is seen once; what is running is still to be waited for.
task<void> run_loop::look_for_cancellation() {
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none && !cancelled_) {
    cancelled_ = true;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  }
}

task<bool> run_loop::advance() {
  co_await asio::this_coro::throw_if_cancelled(false);
  for (;;) {
    // before each wait, for a wait that begins after the cancellation is not ended by it
    auto look = look_for_cancellation();
    co_await std::move(look);
    if (!over()) {
      start_all();
      auto look_again = look_for_cancellation();
      co_await std::move(look_again);
    }
    if (over()) {
      if (!ending_) stop_everything();
      ending_ = true;
    }
    if (may_deliver()) {
      run_.steps.deliver();
      co_return true;
    }
    if (running_ == 0) {
      if (ending_) {
        run_.steps.take_back();
        run_.throw_over(cancelled_);
      }
      run_.end(why_none_);
      co_return false;
    }
    wake_.expires_at(run_.deadline && !ending_ ? *run_.deadline : asio::steady_timer::time_point::max());
    boost::system::error_code woken;
    auto waiting = wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    co_await std::move(waiting);
  }
}

bool run_loop::advance_here() {
  std::exception_ptr failure;
  bool more = false;
  bool done = false;
  auto work = advance();
  asio::co_spawn(*own_, std::move(work), [&](std::exception_ptr e, bool m) {
    failure = std::move(e);
    more = m;
    done = true;
  });
  const auto busy = asio::make_work_guard(*own_);
  own_->restart();
  while (!done) own_->run_one();
  if (failure) std::rethrow_exception(failure);
  return more;
}

void run_loop::abandon() {
  if (running_ == 0) return;
  if (!own_) {
    asio::post(strand_, [core = run_.shared_from_this()] { core->loop->stop_everything(); });
    return;
  }
  stop_everything();
  const auto busy = asio::make_work_guard(*own_);
  own_->restart();
  while (running_ > 0) own_->run_one();
}

}  // namespace stook::detail
