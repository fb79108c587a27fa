// The functions for SHA-256 alone. Those for all digests (EVP) load the default provider first, which costs a
// millisecond and 2 MB (OpenSSL 3.0). OpenSSL marks these deprecated for want of a provider, which is the
// point.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stook/core/digest.hpp>

#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

#include <stook/core/error.hpp>

namespace stook {
namespace {

SHA256_CTX* sha(void* context) { return static_cast<SHA256_CTX*>(context); }

void require(bool ok) {
  if (!ok) throw error("digest_failed", "OpenSSL refused to compute a SHA-256");
}

}  // namespace

void sha256::free_context::operator()(void* context) const noexcept { delete sha(context); }

sha256::sha256() : context_(new SHA256_CTX) { require(SHA256_Init(sha(context_.get())) == 1); }

void sha256::update(std::string_view bytes) {
  require(SHA256_Update(sha(context_.get()), bytes.data(), bytes.size()) == 1);
}

std::string sha256::finish() {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  require(SHA256_Final(digest.data(), sha(context_.get())) == 1);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string sha256_hex(std::string_view bytes) {
  sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

}  // namespace stook
