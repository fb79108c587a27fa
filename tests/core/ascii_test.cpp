#include <stook/core/ascii.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace stook;

TEST_CASE("of all 256 bytes the classes hold what ASCII says") {
  const std::string lower = "abcdefghijklmnopqrstuvwxyz", upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    digits = "0123456789";
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    const auto in = [&](const std::string& set) { return set.find(c) != std::string::npos; };
    CHECK(ascii::is_digit(c) == in(digits));
    CHECK(ascii::is_lower(c) == in(lower));
    CHECK(ascii::is_upper(c) == in(upper));
    CHECK(ascii::is_letter(c) == in(lower + upper));
    CHECK(ascii::is_alnum(c) == in(lower + upper + digits));
    CHECK(ascii::is_hex_digit(c) == in("0123456789abcdefABCDEF"));
    CHECK(ascii::is_blank(c) == in(" \t"));
    CHECK(ascii::is_space(c) == in(" \t\n\v\f\r"));
    CHECK(ascii::to_lower(c) == (in(upper) ? lower[upper.find(c)] : c));
  }
}

TEST_CASE("a text in lower case keeps what is not ASCII") {
  CHECK(ascii::to_lower("Zürich-DB 42Ä") == "zürich-db 42Ä");
  CHECK(ascii::to_lower("") == "");
}
