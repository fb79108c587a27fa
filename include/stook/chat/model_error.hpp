#pragma once

#include <chrono>
#include <optional>

#include <stook/core/error.hpp>

namespace stook {

/// A model that did not answer, with what its server said of trying again. Models throw it from `generate`
/// and `async_generate`. Codes: model.connect, model.tls, model.timeout, model.overload, model.auth,
/// model.rejected, model.context_length, model.quota, model.too_large, model.truncated, model.protocol,
/// model.redirect, model.blocked (by the egress rules). `what_failed().retryable` is the server's word, or
/// the rule of the official clients where it said nothing: whether the same request may succeed later.
class model_error : public error {
 public:
  explicit model_error(failure what, int http_status = 0,
                       std::optional<std::chrono::milliseconds> retry_after = std::nullopt)
      : error(std::move(what)), http_status_(http_status), retry_after_(retry_after) {}

  /// Status of the HTTP reply; 0 where there was none.
  int http_status() const noexcept { return http_status_; }
  /// How long the server asked to wait, as it asked: not capped.
  std::optional<std::chrono::milliseconds> retry_after() const noexcept { return retry_after_; }

 private:
  int http_status_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

}  // namespace stook
