#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include <stook/core/fwd.hpp>

#include "models/waiter.hpp"

namespace stook::detail {

/// Lets so many coroutines pass at a time, of any thread and io_context, in the order in which they came.
class gate : public std::enable_shared_from_this<gate> {
 public:
  explicit gate(int places) : free_(places) {}

  /// A place inside, given back when this dies.
  class place {
   public:
    place() = default;
    explicit place(std::shared_ptr<gate> of) : of_(std::move(of)) {}
    place(place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    place& operator=(place&& other) noexcept {
      std::swap(of_, other.of_);
      return *this;
    }
    ~place() {
      if (of_) of_->give_back();
    }

   private:
    std::shared_ptr<gate> of_;
  };

  /// Waits for a place. Throws `model_error` (model.overload) if there is none within the time, `error`
  /// (cancelled) after a stop, operation_aborted if the coroutine is cancelled.
  task<place> enter(std::stop_token stop, std::optional<std::chrono::nanoseconds> time_left);

 private:
  struct visitor {
    std::shared_ptr<waiter> bell;  // null for one that never had to wait
    bool inside = false;
  };
  class stay;

  void give_back();

  std::mutex mutex_;
  int free_;
  std::list<visitor*> queue_;
};

}  // namespace stook::detail
