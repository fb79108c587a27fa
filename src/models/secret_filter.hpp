#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stook::detail {

/// Takes secrets out of texts that are kept: those it is told of, as they are and as JSON escapes them, and
/// what looks like a key of a well-known service, a bearer token, a JSON Web Token, a private key, or a
/// password in a URL. Each becomes "[secret]". Thread-safe.
class secret_filter {
 public:
  /// Throws `error` (bad_secret) for one of less than 4 bytes: it would shred every text.
  explicit secret_filter(const std::vector<std::string>& secrets);

  std::string clean(std::string text) const;

 private:
  std::vector<std::string> secrets_;  // longest first, for one may hold another
};

}  // namespace stook::detail
