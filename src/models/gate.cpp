#include "models/gate.hpp"

#include <boost/asio/this_coro.hpp>

#include <stook/chat/model_error.hpp>

namespace asio = boost::asio;

namespace stook::detail {

void gate::give_back() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    ++free_;
    return;
  }
  visitor* next = queue_.front();
  queue_.pop_front();
  next->inside = true;
  next->bell->wake();  // under the lock: who leaves the queue takes it first, so the executor is still there
}

// One that wants a place: in the queue, or inside until the place is taken over. Whatever ends it, also the
// end of its coroutine, it leaves no place behind.
class gate::stay {
 public:
  stay(std::shared_ptr<gate> at, std::shared_ptr<waiter> bell) : gate_(std::move(at)) {
    me_.bell = std::move(bell);
    const std::lock_guard lock(gate_->mutex_);
    if (gate_->free_ > 0 && gate_->queue_.empty()) {
      --gate_->free_;
      me_.inside = true;
    } else {
      at_ = gate_->queue_.insert(gate_->queue_.end(), &me_);
    }
  }
  ~stay() {
    if (taken_) return;
    {
      const std::lock_guard lock(gate_->mutex_);
      if (!me_.inside) {
        gate_->queue_.erase(at_);
        return;
      }
    }
    gate_->give_back();
  }
  stay(const stay&) = delete;
  stay& operator=(const stay&) = delete;

  bool inside() const {
    const std::lock_guard lock(gate_->mutex_);
    return me_.inside;
  }
  place take() {
    taken_ = true;
    return place(gate_);
  }

 private:
  std::shared_ptr<gate> gate_;
  visitor me_;
  std::list<visitor*>::iterator at_;
  bool taken_ = false;
};

task<gate::place> gate::enter(std::stop_token stop, std::optional<std::chrono::nanoseconds> time_left) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  // others leave in real time, whatever the clock of a test says
  const auto time = system_clock();
  const auto bell = std::make_shared<waiter>(executor, time);
  std::optional<std::chrono::nanoseconds> until;
  if (time_left) until = time->ticks() + *time_left;
  stay mine(shared_from_this(), bell);
  while (!mine.inside()) {
    auto pending = bell->wait(until, stop);
    const bool woken = co_await std::move(pending);
    if (!woken && !mine.inside()) {
      throw model_error({"model.overload",
                         "other requests to this model were before it until the run's time was over", "",
                         true});
    }
  }
  co_return mine.take();
}

}  // namespace stook::detail
