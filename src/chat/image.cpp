#include <stook/chat/image.hpp>

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

namespace stook {
namespace {

constexpr std::array<std::string_view, 4> media_types{"image/png", "image/jpeg", "image/gif", "image/webp"};

[[noreturn]] void refuse(std::string what, std::string hint) {
  throw error(failure{"bad_image", std::move(what), std::move(hint)});
}

void check_media_type(std::string_view type) {
  if (std::find(media_types.begin(), media_types.end(), type) != media_types.end()) return;
  refuse(fmt::format("expected one of {}, got \"{}\"", fmt::join(media_types, ", "),
                     to_valid_utf8(type.substr(0, 64))),
         "convert the image");
}

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && text.back() == '='; ++padding) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

}  // namespace

image image::of_bytes(std::string media_type, std::string_view bytes) {
  constexpr std::size_t most = std::numeric_limits<int>::max() / 2;  // OpenSSL counts in int
  if (bytes.empty() || bytes.size() > most) {
    refuse(fmt::format("an image has 1 to {} bytes, got {}", most, bytes.size()), "send another image");
  }
  std::string base64(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // and the NUL that OpenSSL ends it with
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  base64.resize(static_cast<std::size_t>(length));
  return of_base64(std::move(media_type), std::move(base64));
}

image image::of_base64(std::string media_type, std::string base64) {
  check_media_type(media_type);
  if (!is_base64(base64)) {
    refuse(fmt::format("expected padded base64 without line ends, got {} bytes of something else",
                       base64.size()),
           "use image::of_bytes for bytes that are not encoded");
  }
  image i;
  i.media_type_ = std::move(media_type);
  i.base64_ = std::move(base64);
  return i;
}

image image::at(std::string url) {
  const auto is_graphic = [](char c) { return c > 0x20 && c < 0x7f; };
  const bool good = url.starts_with("https://") && url.size() > 8 && url.size() <= 8192 &&
                    std::all_of(url.begin(), url.end(), is_graphic);
  if (!good) {
    refuse("expected an https address of at most 8192 graphic ASCII characters",
           "percent-encode the address, or send the bytes by image::of_bytes");
  }
  image i;
  i.url_ = std::move(url);
  return i;
}

}  // namespace stook
