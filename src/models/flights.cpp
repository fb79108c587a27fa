#include "models/flights.hpp"

#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

namespace stook::detail {

void flights::land(const std::string& key, const outcome& what) {
  const std::lock_guard lock(mutex_);
  const auto it = waiting_.find(key);
  auto& passengers = it->second;
  if (!what.reply && !what.failed && !passengers.empty()) {  // given up: the next one makes the request
    passenger* next = passengers.front();
    passengers.pop_front();
    next->leads = true;
    next->bell->wake();
    return;
  }
  for (passenger* p : passengers) {
    p->arrived = what;
    p->bell->wake();
  }
  waiting_.erase(it);
}

// One that wants an answer. Whatever ends it, also the end of its coroutine, it leaves the queue, or passes
// the lead on.
class flights::seat {
 public:
  seat(flights& of, std::string key, std::shared_ptr<waiter> bell) : of_(of), key_(std::move(key)) {
    me_.bell = std::move(bell);
    const std::lock_guard lock(of_.mutex_);
    const auto [it, first] = of_.waiting_.try_emplace(key_);
    me_.leads = first;
    if (!first) at_ = it->second.insert(it->second.end(), &me_);
  }
  ~seat() {
    if (taken_) return;
    {
      const std::lock_guard lock(of_.mutex_);
      if (!me_.leads && !me_.arrived) of_.waiting_.at(key_).erase(at_);
    }
    if (me_.leads) of_.land(key_, {});
  }
  seat(const seat&) = delete;
  seat& operator=(const seat&) = delete;

  bool settled() const {
    const std::lock_guard lock(of_.mutex_);
    return me_.leads || me_.arrived;
  }
  boarding take() {
    taken_ = true;
    boarding out;
    if (me_.leads) {
      out.first.emplace(of_, key_);
    } else {
      out.arrived = std::move(*me_.arrived);
    }
    return out;
  }

 private:
  flights& of_;
  std::string key_;
  passenger me_;
  std::list<passenger*>::iterator at_;
  bool taken_ = false;
};

task<flights::boarding> flights::board(std::string key, std::stop_token stop,
                                       std::optional<std::chrono::nanoseconds> time_left) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto time = system_clock();  // the other request takes real time
  const auto bell = std::make_shared<waiter>(executor, time);
  std::optional<std::chrono::nanoseconds> until;
  if (time_left) until = time->ticks() + *time_left;
  seat mine(*this, std::move(key), bell);
  while (!mine.settled()) {
    auto pending = bell->wait(until, stop);
    const bool woken = co_await std::move(pending);
    if (!woken && !mine.settled()) {
      throw model_error({"model.overload",
                         "the same request is under way, and had no answer until the run's time was over", "",
                         true});
    }
  }
  co_return mine.take();
}

}  // namespace stook::detail
