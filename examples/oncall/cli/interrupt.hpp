#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

#include <signal.h>

namespace stook::sre::cli {

/// While it lives, the first SIGINT or SIGTERM asks for a stop, so that what was found can be written; the
/// second ends the process. Made before any other thread; one at a time.
class interrupt_watch {
 public:
  interrupt_watch();
  ~interrupt_watch();
  interrupt_watch(const interrupt_watch&) = delete;
  interrupt_watch& operator=(const interrupt_watch&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool interrupted() const { return stop_.stop_requested(); }

 private:
  void watch();

  sigset_t watched_{};
  sigset_t before_{};
  std::stop_source stop_;
  std::atomic<bool> over_{false};
  std::thread watcher_;
};

}  // namespace stook::sre::cli
