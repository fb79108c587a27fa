#pragma once

#include <stook/core/error.hpp>

namespace stook::http {

/// A request that got no whole reply. Codes: http.connect, http.tls, http.timeout, http.too_large,
/// http.reset, http.protocol, http.blocked. The text names the server, and neither a header's value nor a
/// path or query.
class transport_error : public error {
 public:
  transport_error(failure what, bool answer_began) : error(std::move(what)), answer_began_(answer_began) {}

  /// True if a byte of the reply had come.
  bool answer_began() const noexcept { return answer_began_; }

 private:
  bool answer_began_;
};

}  // namespace stook::http
