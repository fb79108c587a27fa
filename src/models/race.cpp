#include "models/race.hpp"

#include <exception>

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "tool/tool_invocation.hpp"

namespace asio = boost::asio;

namespace stook::detail {

race::race(const model_ptr& first, const model_ptr& second, const chat_request& request, generation& caller,
           strand on, std::shared_ptr<stook::clock> time)
    : request_(request),
      caller_(caller),
      on_(std::move(on)),
      clock_(std::move(time)),
      bell_(std::make_shared<waiter>(on_, clock_)) {
  lanes_[0].model = first;
  lanes_[1].model = second;
  for (lane& l : lanes_) l.of = this;
}

void race::start(lane& l) {
  l.started = l.running = true;
  auto done = [self = shared_from_this(), &l](std::exception_ptr) {
    l.running = false;
    self->bell_->wake();
  };
  asio::co_spawn(on_, ride(l), asio::bind_cancellation_slot(l.signal.slot(), std::move(done)));
}

void race::cancel(lane& l) {
  if (!l.running) return;
  l.source.request_stop();
  l.signal.emit(asio::cancellation_type::terminal);
}

task<void> race::ride(lane& l) {
  try {
    auto pending = l.model->async_generate(request_, l);
    l.reply = co_await std::move(pending);
  } catch (...) {
    l.failed = current_model_error();
    if (!l.failed) l.failed = model_error(current_failure("model.failed"));
  }
}

void race::take_piece(lane& from, std::string_view piece) {
  if (piece.empty() || !caller_.listens()) return;
  if (!heard_) {
    heard_ = &from;
    cancel(&from == &lanes_[0] ? lanes_[1] : lanes_[0]);
  }
  if (heard_ == &from) caller_.text_delta(piece);
}

race::lane* race::winner() {
  for (lane& l : lanes_) {
    if (l.reply && (!heard_ || heard_ == &l)) return &l;
  }
  return nullptr;
}

model_error race::defeat() const {
  if (heard_) return after_part_was_told(*heard_->failed);
  const auto& [first, second] = lanes_;
  if (!second.failed) return *first.failed;
  return with_more(*first.failed,
                   fmt::format("{}, asked beside it: {}", second.model->name(), second.failed->what()));
}

// Returns when one has won, or none can.
task<void> race::decide(std::chrono::nanoseconds delay) {
  lane& first = lanes_[0];
  lane& second = lanes_[1];
  start(first);
  std::optional<std::chrono::nanoseconds> until;
  if (!first.model->is_immediate()) until = clock_->ticks() + delay;
  for (;;) {
    auto pending = bell_->wait(until, caller_.stop());
    const bool woken = co_await std::move(pending);
    if (winner() || (heard_ && heard_->failed)) co_return;
    if (!second.started && !heard_ && (!woken || first.failed)) start(second);
    if (second.started || heard_) until.reset();
    if (!first.running && !second.running) co_return;
  }
}

// The requests see what belongs to the caller, so none is left behind.
task<void> race::end_all() {
  for (lane& l : lanes_) cancel(l);
  while (lanes_[0].running || lanes_[1].running) {
    try {
      auto pending = bell_->wait(std::nullopt, {});
      co_await std::move(pending);
    } catch (const boost::system::system_error&) {
      // the race was cancelled, and the requests have yet to end
    }
  }
}

task<chat_reply> race::run(std::chrono::nanoseconds delay) {
  co_await asio::this_coro::throw_if_cancelled(false);
  std::exception_ptr interrupted;
  try {
    auto deciding = decide(delay);
    co_await std::move(deciding);
  } catch (...) {
    interrupted = std::current_exception();
  }
  auto ending = end_all();
  co_await std::move(ending);
  if (interrupted) std::rethrow_exception(interrupted);
  lane* won = winner();
  if (!won) throw defeat();
  co_return std::move(*won->reply);
}

}  // namespace stook::detail
