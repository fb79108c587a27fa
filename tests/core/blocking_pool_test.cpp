#include <stook/core/blocking_pool.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include <dlfcn.h>
#include <pthread.h>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

// Lets a test wait for a number of things to have happened.
class countdown {
 public:
  explicit countdown(int n) : left_(n) {}
  void down() {
    const std::lock_guard lock(mutex_);
    if (--left_ == 0) zero_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return zero_.wait_for(lock, 10s, [&] { return left_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable zero_;
  int left_;
};

std::atomic<bool> has_no_threads = false;

}  // namespace

// A system that has too many threads already, where a test wants it so.
extern "C" int pthread_create(pthread_t* made, const pthread_attr_t* how, void* (*run)(void*),
                              void* with) noexcept {
  if (has_no_threads) return EAGAIN;
  static const auto real = reinterpret_cast<decltype(&pthread_create)>(::dlsym(RTLD_NEXT, "pthread_create"));
  return real(made, how, run, with);
}

TEST_CASE("a thread that the system did not have is asked for again") {
  countdown met(2), done(2);
  stook::blocking_pool pool(2);
  has_no_threads = true;
  CHECK_THROWS_AS(pool.post([] {}), std::system_error);  // nobody would ever do it
  has_no_threads = false;
  const auto meet = [&] {
    met.down();
    met.wait();
    done.down();
  };
  pool.post(meet);
  has_no_threads = true;
  pool.post(meet);  // the first thread could do it, were it not for the other one
  has_no_threads = false;
  pool.post([] {});
  CHECK(done.wait());
}

TEST_CASE("every job runs once, on no more threads than allowed") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<int> ran{0};
  countdown done(200);
  {
    stook::blocking_pool pool(3);
    for (int i = 0; i < 200; ++i) {
      pool.post([&] {
        {
          const std::lock_guard lock(mutex);
          threads.insert(std::this_thread::get_id());
        }
        ++ran;
        done.down();
      });
    }
    CHECK(done.wait());
  }
  CHECK(ran == 200);
  CHECK(threads.size() <= 3);
  CHECK_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST_CASE("jobs that wait for each other run at the same time") {
  stook::blocking_pool pool(2);
  countdown both(2), done(2);
  for (int i = 0; i < 2; ++i) {
    pool.post([&] {
      both.down();
      if (both.wait()) done.down();
    });
  }
  CHECK(done.wait());
}

TEST_CASE("a pool is left by a thread that does not return") {
  auto release = std::make_shared<std::atomic<bool>>(false);
  auto started = std::make_shared<countdown>(1);
  const auto before = std::chrono::steady_clock::now();
  {
    stook::blocking_pool pool(1);
    pool.post([release, started] {
      started->down();
      while (!*release) std::this_thread::sleep_for(1ms);
    });
    CHECK(started->wait());
  }
  CHECK(std::chrono::steady_clock::now() - before >= 2s);
  *release = true;
  std::this_thread::sleep_for(50ms);
}
