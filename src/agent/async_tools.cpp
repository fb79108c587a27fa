#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "agent/drivers.hpp"
#include "agent/interrupter.hpp"
#include "core/is_cancelled.hpp"
#include "core/run_on.hpp"

namespace asio = boost::asio;

namespace stook::detail {
namespace {

using strand = asio::strand<asio::any_io_executor>;

tool_result failed(failure why) {
  tool_result r;
  r.text = failure_text(why);
  r.error = std::move(why);
  return r;
}

tool_result timed_out(const tool_core& tool) {
  const bool in_doubt = tool.options.effect == effect::once;
  tool_result r = failed({"tool_timeout", fmt::format("no result after {} ms", tool.options.timeout.count()),
                          in_doubt ? "it may have happened all the same: a person must look"
                                   : "ask for less, or try another way",
                          !in_doubt});
  r.in_doubt = in_doubt;
  return r;
}

tool_result cancelled_while_running() {
  return failed({"cancelled", "the run ended while this call was running"});
}

bool waits(const tool_core& tool) { return tool.kind == body_kind::coroutine || tool.on_pool; }

task<void> attempt(run_machine& run, const call_slot& slot, std::stop_token stop,
                   std::optional<timestamp> deadline, tool_result& into) {
  call_context context(run, slot, std::move(stop), deadline);
  tool_invocation inv(slot.found->core(), slot.call->arguments, &run.blackboard(), &context, into);
  auto pending = inv.async_run();
  co_await std::move(pending);
}

// A coroutine under a time limit of its own.
task<void> attempt_in_time(run_machine& run, const call_slot& slot, tool_result& into) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto limit = slot.found->options().timeout;
  auto timed = std::make_shared<interrupter>(executor);
  auto work = attempt(run, slot, timed->interrupted(), run.time()->now() + limit, into);
  auto pending = timed->run(std::move(work), limit, run.stop());
  co_await std::move(pending);
  if (timed->timed_out() && into.error) into = timed_out(slot.found->core());
}

// A call on the pool. The job owns all that the function sees, for one that never returns outlives its call,
// its run, and the io_context of both.
class pool_job {
 public:
  pool_job(tool called, std::string arguments, state values, run_context context)
      : tool_(std::move(called)),
        arguments_(std::move(arguments)),
        values_(std::move(values)),
        context_(std::move(context)) {}

  // On the pool.
  void work() {
    tool_result result;
    tool_invocation(tool_.core(), arguments_, &values_, &context_, result).run();
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    if (wake_) wake_();
  }
  // `wake` is called once, from another thread, and never after `leave`.
  void await_by(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  // The result, if there is one by now.
  std::optional<tool_result> leave() {
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    return std::exchange(result_, std::nullopt);
  }

 private:
  struct fixed_context final : context_source {
    explicit fixed_context(run_context c) : context(std::move(c)) {}
    run_context make_context() override { return context; }
    run_context context;
  };

  tool tool_;
  std::string arguments_;
  state values_;
  fixed_context context_;
  std::mutex mutex_;
  std::function<void()> wake_;
  std::optional<tool_result> result_;
};

// Leaves the job also where the coroutine that waits is destroyed.
struct pool_wait {
  explicit pool_wait(std::shared_ptr<pool_job> j) : job(std::move(j)) {}
  ~pool_wait() { job->leave(); }
  std::shared_ptr<pool_job> job;
};

task<void> sleep(std::shared_ptr<asio::steady_timer> timer) {
  try {
    auto wait = timer->async_wait(asio::use_awaitable);
    co_await std::move(wait);
  } catch (const boost::system::system_error&) {
    // woken, or the run is cancelled
  }
}

// Not begun if it is cancelled by now: the wait for it would not hear of that again.
task<void> attempt_on_pool(run_machine& run, const call_slot& slot, tool_result& into) {
  auto check_first = is_cancelled();
  const bool too_late = co_await std::move(check_first);
  if (too_late) {
    into = cancelled_while_running();
    co_return;
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const strand on = asio::make_strand(executor);
  const auto limit = slot.found->options().timeout;
  const auto timer = std::make_shared<asio::steady_timer>(on, asio::steady_timer::time_point::max());
  std::optional<timestamp> deadline;
  if (limit.count() > 0) {
    timer->expires_after(limit);
    deadline = run.time()->now() + limit;
  }
  std::stop_source stop;
  const std::stop_callback passed_on(run.stop(), [&stop] { stop.request_stop(); });
  const pool_wait waiting(std::make_shared<pool_job>(*slot.found, slot.call->arguments, run.blackboard(),
                                                     run.context_for(slot, stop.get_token(), deadline)));
  waiting.job->await_by([timer] {
    // also a wait that has yet to begin then ends at once
    asio::post(timer->get_executor(), [timer] { timer->expires_at(asio::steady_timer::time_point::min()); });
  });
  run.pool().post([job = waiting.job] { job->work(); });
  auto sleeping = sleep(timer);
  auto pending = run_on(on, std::move(sleeping));
  co_await std::move(pending);
  if (auto result = waiting.job->leave()) {
    into = std::move(*result);
    co_return;
  }
  stop.request_stop();
  auto check = is_cancelled();
  const bool cancelled = co_await std::move(check);
  into = cancelled ? cancelled_while_running() : timed_out(slot.found->core());
}

task<void> begin_attempt(run_machine& run, const call_slot& slot, tool_result& into) {
  const tool_core& tool = slot.found->core();
  if (tool.on_pool) return attempt_on_pool(run, slot, into);
  if (tool.options.timeout.count() > 0) return attempt_in_time(run, slot, into);
  return attempt(run, slot, {}, {}, into);
}

task<void> make_call(run_machine& run, std::size_t index) {
  co_await asio::this_coro::throw_if_cancelled(false);
  call_slot& slot = run.slot(index);
  const int retries = slot.found->options().retries;
  run.begin_call(index);
  tool_result& result = slot.result;
  for (int tries = 0;; ++tries) {
    auto pending = begin_attempt(run, slot, result);
    co_await std::move(pending);
    // here and not by is_cancelled, which is a coroutine
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none && result.error) {
      result = cancelled_while_running();
      break;
    }
    if (!result.error || !result.error->retryable || tries >= retries) break;
    result = {};
  }
  run.end_call(index);
}

// Calls of one batch that wait at the same time. Everything here happens on one strand.
class call_group : public std::enable_shared_from_this<call_group> {
 public:
  call_group(run_machine& run, std::vector<std::size_t> indices, strand on)
      : run_(run),
        indices_(std::move(indices)),
        on_(std::move(on)),
        all_done_(on_),
        signals_(indices_.size()) {}

  task<void> work() {
    co_await asio::this_coro::throw_if_cancelled(false);
    all_done_.expires_at(asio::steady_timer::time_point::max());
    start_more();
    while (running_ > 0) {
      // before each wait, for a wait that begins after the cancellation is not ended by it
      auto check = is_cancelled();
      const bool cancelled = co_await std::move(check);
      if (cancelled) stop_all();
      try {
        auto wait = all_done_.async_wait(asio::use_awaitable);
        co_await std::move(wait);
      } catch (const boost::system::system_error&) {
        // the last call is done, or the run is cancelled
      }
    }
  }

 private:
  void start_more() {
    const auto most = static_cast<std::size_t>(run_.core().options.parallel_tools);
    while (running_ < most && next_ < indices_.size()) {
      const std::size_t at = next_++;
      ++running_;
      auto done = [self = shared_from_this()](std::exception_ptr) { self->finished_one(); };
      asio::co_spawn(on_, make_call(run_, indices_[at]),
                     asio::bind_cancellation_slot(signals_[at].slot(), std::move(done)));
    }
  }
  void finished_one() {
    --running_;
    start_more();
    if (running_ == 0) all_done_.cancel();
  }
  void stop_all() {
    next_ = indices_.size();
    for (auto& signal : signals_) signal.emit(asio::cancellation_type::terminal);
  }

  run_machine& run_;
  std::vector<std::size_t> indices_;
  strand on_;
  asio::steady_timer all_done_;
  std::vector<asio::cancellation_signal> signals_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
};

task<void> make_calls(run_machine& run, std::vector<std::size_t> indices) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const strand on = asio::make_strand(executor);
  auto group = std::make_shared<call_group>(run, std::move(indices), on);
  auto work = group->work();
  auto pending = run_on(on, std::move(work));
  co_await std::move(pending);
}

}  // namespace

bool call_at_once(run_machine& run) {
  const auto only = run.single_call();
  if (!only || waits(run.slot(*only).found->core())) return false;
  call_plainly(run, *only);
  run.end_calls();
  return true;
}

task<void> async_call_tools(run_machine& run) {
  co_await asio::this_coro::throw_if_cancelled(false);
  std::vector<std::vector<std::size_t>> batches;
  const auto only = run.single_call();
  if (only) {
    auto pending = make_call(run, *only);
    co_await std::move(pending);
  } else {
    batches = run.batches();
  }
  for (auto& batch : batches) {
    const auto plain = std::stable_partition(batch.begin(), batch.end(),
                                             [&](std::size_t i) { return waits(run.slot(i).found->core()); });
    std::for_each(plain, batch.end(), [&](std::size_t i) {
      if (!run.stop().stop_requested()) call_plainly(run, i);
    });
    batch.erase(plain, batch.end());
    // a plain call may have ended the run, and what is spawned after that would not hear of it
    auto check = is_cancelled();
    bool cancelled = co_await std::move(check);
    if (!cancelled && !batch.empty()) {
      auto pending = make_calls(run, std::move(batch));
      co_await std::move(pending);
      auto check_again = is_cancelled();
      cancelled = co_await std::move(check_again);
    }
    run.end_batch();
    if (cancelled) break;
  }
  run.end_calls();
}

}  // namespace stook::detail
