#include <stook/core/digest.hpp>

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stook/core/error.hpp>

namespace stook {
namespace {

EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }

void require(bool ok) {
  if (!ok) throw error("digest_failed", "OpenSSL refused to compute a SHA-256");
}

}  // namespace

void sha256::free_context::operator()(void* context) const noexcept { EVP_MD_CTX_free(evp(context)); }

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr && EVP_DigestInit_ex(evp(context_.get()), EVP_sha256(), nullptr) == 1);
}

void sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(evp(context_.get()), bytes.data(), bytes.size()) == 1);
}

std::string sha256::finish() {
  std::array<unsigned char, 32> digest{};
  require(EVP_DigestFinal_ex(evp(context_.get()), digest.data(), nullptr) == 1);
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string sha256_hex(std::string_view bytes) {
  sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

}  // namespace stook
