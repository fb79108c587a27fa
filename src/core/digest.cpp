#include <stook/core/digest.hpp>

#include <array>

#include <openssl/evp.h>

#include <stook/core/error.hpp>

namespace stook {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw error("digest_failed", "OpenSSL could not compute a SHA-256 digest");
  }
  std::string out;
  out.reserve(2 * digest.size());
  for (unsigned char byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace stook
