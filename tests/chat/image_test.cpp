#include <stook/chat/image.hpp>

#include <doctest/doctest.h>
#include <stook/core/error.hpp>

using stook::image;

namespace {
template <typename F>
std::string refused(F make) {
  try {
    make();
  } catch (const stook::error& e) {
    CHECK(e.code() == "bad_image");
    return e.what();
  }
  return "";
}
}  // namespace

TEST_CASE("bytes become base64, padded as RFC 4648 has it") {
  CHECK(image::of_bytes("image/png", "f").base64() == "Zg==");
  CHECK(image::of_bytes("image/png", "fo").base64() == "Zm8=");
  CHECK(image::of_bytes("image/png", "foo").base64() == "Zm9v");
  CHECK(image::of_bytes("image/jpeg", std::string_view("\0\xff", 2)).base64() == "AP8=");
  CHECK(image::of_bytes("image/webp", "foo").media_type() == "image/webp");
  CHECK(image::of_bytes("image/gif", "foo").url().empty());
  CHECK(image::of_base64("image/png", "Zg==") == image::of_bytes("image/png", "f"));
}

TEST_CASE("what a provider would refuse is refused here, and says what was expected") {
  CHECK(refused([] { image::of_bytes("image/tiff", "x"); }).find("image/png") != std::string::npos);
  CHECK(refused([] { image::of_bytes("image/png", ""); }) != "");
  CHECK(refused([] { image::of_base64("image/png", "Zg="); }) != "");
  CHECK(refused([] { image::of_base64("image/png", "Zg==\n"); }) != "");
  CHECK(refused([] { image::of_base64("image/png", "===="); }) != "");
  CHECK(refused([] { image::of_base64("image/png", "\"}],"); }) != "");
}

TEST_CASE("an address is https and ASCII") {
  CHECK(image::at("https://example.com/a.png").url() == "https://example.com/a.png");
  CHECK(refused([] { image::at("http://example.com/a.png"); }) != "");
  CHECK(refused([] { image::at("https://"); }) != "");
  CHECK(refused([] { image::at("https://example.com/a b"); }) != "");
  CHECK(refused([] { image::at("file:///etc/passwd"); }) != "");
}
