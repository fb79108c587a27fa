#include <stook/core/blocking_pool.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace stook {

// Owned by the pool and by each of its threads: a thread that is stuck may outlive the pool.
struct blocking_pool::shared {
  std::mutex mutex;
  std::condition_variable work;
  std::condition_variable left;
  std::deque<std::function<void()>> jobs;
  unsigned allowed;
  unsigned threads = 0;
  unsigned idle = 0;
  bool closing = false;

  explicit shared(unsigned most) : allowed(std::max(1u, most)) {}

  static void serve(const std::shared_ptr<shared>& self) {
    std::unique_lock lock(self->mutex);
    for (;;) {
      ++self->idle;
      self->work.wait(lock, [&] { return self->closing || !self->jobs.empty(); });
      --self->idle;
      if (self->closing) break;
      std::function<void()> job = std::move(self->jobs.front());
      self->jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
    --self->threads;
    self->left.notify_all();
  }
};

blocking_pool::blocking_pool(unsigned threads) : shared_(std::make_shared<shared>(threads)) {}

blocking_pool::~blocking_pool() {
  std::unique_lock lock(shared_->mutex);
  shared_->closing = true;
  shared_->jobs.clear();
  shared_->work.notify_all();
  shared_->left.wait_for(lock, std::chrono::seconds(2), [&] { return shared_->threads == 0; });
}

void blocking_pool::post(std::function<void()> job) {
  const std::lock_guard lock(shared_->mutex);
  shared_->jobs.push_back(std::move(job));
  if (shared_->idle < shared_->jobs.size() && shared_->threads < shared_->allowed) {
    try {
      std::thread(&shared::serve, shared_).detach();  // it waits for the lock
      ++shared_->threads;
    } catch (const std::system_error&) {
      // There are too many in the system just now: those of the pool do the job later.
      if (shared_->threads == 0) {
        shared_->jobs.pop_back();
        throw;
      }
    }
  }
  shared_->work.notify_one();
}

}  // namespace stook
