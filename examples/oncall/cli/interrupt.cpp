#include <oncall/cli/interrupt.hpp>

#include <pthread.h>
#include <unistd.h>

namespace stook::sre::cli {

interrupt_watch::interrupt_watch() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  sigaddset(&watched_, SIGUSR1);  // wakes the watcher when the watch is over
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  watcher_ = std::thread([this] { watch(); });
}

interrupt_watch::~interrupt_watch() {
  over_ = true;
  pthread_kill(watcher_.native_handle(), SIGUSR1);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

// A handler could not ask for a stop: that takes locks. A thread that waits for the signals can.
void interrupt_watch::watch() {
  for (;;) {
    int signal = 0;
    if (sigwait(&watched_, &signal) != 0 || over_) return;
    if (signal == SIGUSR1) continue;
    if (stop_.stop_requested()) _exit(130);
    stop_.request_stop();
  }
}

}  // namespace stook::sre::cli
