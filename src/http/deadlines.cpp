#include "http/deadlines.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace asio = boost::asio;

namespace stook::http {
namespace {

// Deadlines that lie closer together are looked at together.
constexpr auto grain = std::chrono::milliseconds(1);

}  // namespace

asio::execution_context::id deadlines::id;

deadlines::guard::guard(deadlines& service, asio::ip::tcp::socket& socket,
                        const asio::any_io_executor& executor, std::optional<time_point> until)
    : service_(until ? &service : nullptr), socket_(socket) {
  if (!until) return;
  until_ = *until;
  service_->begin(*this, executor);
}

bool deadlines::guard::end() {
  if (service_) service_->end(*this);
  service_ = nullptr;
  return has_expired_;
}

void deadlines::begin(guard& one, const asio::any_io_executor& executor) {
  const std::lock_guard lock(mutex_);
  if (is_shut_) return;
  if (!timer_) timer_.emplace(executor);
  if (!armed_for_ || one.until_ < *armed_for_) arm(one.until_);
  open_.push_back(one);
}

// A timer that is set keeps its loop running, so it may not stay when nothing waits. But what follows on a
// reply is often the next request, within the same turn of the loop: so it is looked at in the next turn.
void deadlines::end(guard& one) {
  const std::lock_guard lock(mutex_);
  if (one.is_linked()) open_.erase(open_.iterator_to(one));
  if (!open_.empty() || !armed_for_ || will_rest_ || is_shut_) return;
  will_rest_ = true;
  asio::post(timer_->get_executor(), [this] { rest(); });
}

void deadlines::rest() {
  const std::lock_guard lock(mutex_);
  will_rest_ = false;
  if (is_shut_ || !open_.empty() || !armed_for_) return;
  armed_for_.reset();
  timer_->cancel();
}

void deadlines::arm(time_point at) {
  armed_for_ = at;
  timer_->expires_at(at);
  timer_->async_wait([this](boost::system::error_code ec) {
    if (!ec) sweep();
  });
}

void deadlines::sweep() {
  const std::lock_guard lock(mutex_);
  if (is_shut_) return;
  armed_for_.reset();
  const auto now = std::chrono::steady_clock::now();
  auto next = time_point::max();
  for (auto it = open_.begin(); it != open_.end();) {
    guard& one = *it;
    if (one.until_ > now) {
      next = std::min(next, one.until_);
      ++it;
      continue;
    }
    it = open_.erase(it);
    one.has_expired_ = true;
    boost::system::error_code ignored;
    one.socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    one.socket_.cancel(ignored);
  }
  if (!open_.empty()) arm(std::max(next, now + grain));
}

void deadlines::shutdown() {
  const std::lock_guard lock(mutex_);
  is_shut_ = true;
  open_.clear();
  timer_.reset();
}

}  // namespace stook::http
