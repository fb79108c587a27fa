#pragma once

#include <string>
#include <string_view>

namespace stook {

/// A picture in a user message: its bytes, or where a provider finds it. Immutable, and well-formed by
/// construction: the functions throw `error` with the code bad_image.
class image {
 public:
  /// Of the bytes of a file. The media type is image/png, image/jpeg, image/gif or image/webp: what every
  /// provider takes. The bytes are not looked into.
  static image of_bytes(std::string media_type, std::string_view bytes);
  /// Of bytes that are base64 (RFC 4648, padded, no line ends) already.
  static image of_base64(std::string media_type, std::string base64);
  /// At an https address, which the provider fetches.
  static image at(std::string url);

  /// Empty for an image that is an address.
  const std::string& media_type() const { return media_type_; }
  const std::string& base64() const { return base64_; }
  /// Empty for an image that is bytes.
  const std::string& url() const { return url_; }

  friend bool operator==(const image&, const image&) = default;

 private:
  image() = default;

  std::string media_type_;
  std::string base64_;
  std::string url_;
};

}  // namespace stook
