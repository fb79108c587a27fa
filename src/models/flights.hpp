#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <stook/chat/model.hpp>
#include <stook/chat/model_error.hpp>
#include <stook/core/fwd.hpp>

#include "models/waiter.hpp"

namespace stook::detail {

/// Requests under way, and who waits for what comes of each. Thread-safe.
class flights {
 public:
  /// What came of a request; neither, if it was given up.
  struct outcome {
    std::optional<chat_reply> reply;
    std::optional<model_error> failed;
  };

  /// The right, and the duty, to make a request for all who wait for it. Given up where it dies.
  class lead {
   public:
    lead(flights& of, std::string key) : of_(&of), key_(std::move(key)) {}
    lead(lead&& other) noexcept : of_(std::exchange(other.of_, nullptr)), key_(std::move(other.key_)) {}
    lead& operator=(lead&&) = delete;
    ~lead() {
      if (of_) of_->land(key_, {});
    }
    void land(outcome what) {
      of_->land(key_, what);
      of_ = nullptr;
    }

   private:
    flights* of_;
    std::string key_;
  };

  /// What a caller has: the lead, or what came of the request of another.
  struct boarding {
    std::optional<lead> first;
    outcome arrived;
  };
  /// Waits if another makes this request. Throws as `waiter::wait` does, and `model_error` (model.overload)
  /// if that takes longer than there is time.
  task<boarding> board(std::string key, std::stop_token stop,
                       std::optional<std::chrono::nanoseconds> time_left);

 private:
  struct passenger {
    std::shared_ptr<waiter> bell;
    std::optional<outcome> arrived;
    bool leads = false;
  };
  class seat;

  void land(const std::string& key, const outcome& what);

  std::mutex mutex_;
  std::map<std::string, std::list<passenger*>> waiting_;  // an entry for each request under way
};

}  // namespace stook::detail
