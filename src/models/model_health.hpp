#pragma once

#include <chrono>
#include <mutex>

#include <stook/core/error.hpp>

namespace stook::detail {

/// What is remembered of a model's failures: a circuit breaker (Nygard, "Release It!"), closed at first, open
/// after some failures in a row, half open for one request after the cool-down. Thread-safe.
class model_health {
 public:
  /// Whether a request may be made at `now`. One that may is a visit, and says how it went.
  bool admits(std::chrono::nanoseconds now, int most_failures);
  void succeeded();
  void failed(const failure& why, std::chrono::nanoseconds skipped_until);
  /// Neither: the request was cancelled.
  void abandoned();

  failure newest() const;

 private:
  mutable std::mutex mutex_;
  int in_a_row_ = 0;
  std::chrono::nanoseconds skipped_until_{0};
  bool probing_ = false;
  failure newest_;
};

/// One request to a model, as its health sees it: abandoned unless it is told otherwise.
class model_visit {
 public:
  explicit model_visit(model_health& of) : of_(&of) {}
  ~model_visit() {
    if (of_) of_->abandoned();
  }
  model_visit(const model_visit&) = delete;
  model_visit& operator=(const model_visit&) = delete;

  void succeeded() {
    of_->succeeded();
    of_ = nullptr;
  }
  void failed(const failure& why, std::chrono::nanoseconds skipped_until) {
    of_->failed(why, skipped_until);
    of_ = nullptr;
  }

 private:
  model_health* of_;
};

}  // namespace stook::detail
