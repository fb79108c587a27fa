#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include "agent/drivers.hpp"
#include "agent/interrupter.hpp"

namespace asio = boost::asio;

namespace stook::detail {
namespace {

// True unless the call was cancelled.
task<bool> call_model(run_machine& run) {
  const chat_request request = run.request();
  std::optional<chat_reply> reply;
  failure why;
  co_await asio::this_coro::throw_if_cancelled(true);
  try {
    auto pending = run.model().async_generate(request, run);
    reply = co_await std::move(pending);
  } catch (...) {
    why = current_failure("model.failed");
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  if (reply) {
    run.take_reply(std::move(*reply));
    co_return true;
  }
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  const bool cancelled = state.cancelled() != asio::cancellation_type::none;
  if (!cancelled) run.take_failure(std::move(why));
  co_return !cancelled;
}

// `over` is null where nothing but its parent can end the run early.
task<void> loop(run_machine& run, const interrupter* over) {
  // an interruption is looked for where it can be told apart, and does not throw from every await
  co_await asio::this_coro::throw_if_cancelled(false);
  bool interrupted = false, answered = true;
  for (;;) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (!interrupted && (!answered || state.cancelled() != asio::cancellation_type::none)) {
      interrupted = true;
      run.interrupt(over && over->timed_out() ? "budget.wall" : "cancelled");
    }
    const run_machine::want wanted = run.next();
    if (wanted == run_machine::want::nothing) co_return;
    answered = true;
    if (wanted == run_machine::want::tools) {
      if (call_at_once(run)) continue;
      auto pending = async_call_tools(run);
      co_await std::move(pending);
    } else if (run.model().is_immediate()) {
      ask_plainly(run);
    } else {
      auto pending = call_model(run);
      answered = co_await std::move(pending);
    }
  }
}

}  // namespace

task<void> async_drive(run_machine& run) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  // a clock that is moved by hand has no timers: the limit is then seen between the steps
  const auto limit = run.time()->is_real() ? run.time_left() : std::nullopt;
  if (limit || run.options().stop.stop_possible()) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto over = std::make_shared<interrupter>(executor);
    auto work = loop(run, over.get());
    auto pending = over->run(std::move(work), limit, run.options().stop);
    co_await std::move(pending);
  } else {
    auto pending = loop(run, nullptr);
    co_await std::move(pending);
  }
  co_await asio::this_coro::throw_if_cancelled(throws);  // the coroutine is its owner's again
}

}  // namespace stook::detail
