#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace stook {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. Movable, not copyable. Throws `error` with the code
/// digest_failed if OpenSSL refuses.
class sha256 {
 public:
  sha256();

  void update(std::string_view bytes);

  /// 64 lower-case hexadecimal digits. Ends the digest: call it once, and `update` never after it.
  std::string finish();

 private:
  struct free_context {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, free_context> context_;
};

/// SHA-256 of the bytes as 64 lower-case hexadecimal digits. Thread-safe.
std::string sha256_hex(std::string_view bytes);

}  // namespace stook
