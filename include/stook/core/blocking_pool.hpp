#pragma once

#include <functional>
#include <memory>

namespace stook {

/// Threads for what blocks, tools and the lookup of host names; the first job starts them. Beside these the
/// library starts threads only for a pipeline that is asked to run in parallel. Thread-safe.
class blocking_pool {
 public:
  /// `threads` at most, at least one.
  explicit blocking_pool(unsigned threads);
  /// Jobs that have not begun are dropped. Waits for those that run, at most two seconds; a job that never
  /// returns keeps its thread, and only that, until the process ends.
  ~blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;

  /// The job must own what it uses, and must not throw. Throws std::system_error if no first thread starts.
  void post(std::function<void()> job);

 private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

}  // namespace stook
