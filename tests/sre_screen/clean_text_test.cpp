#include <oncall/screen/clean_text.hpp>

#include <string>

#include <doctest/doctest.h>

#include <stook/core/json.hpp>

using stook::sre::clean_text;

TEST_CASE("plain text stays as it is") {
  CHECK(clean_text("pool exhausted, naïve 日本", 100) == "pool exhausted, naïve 日本");
  CHECK(clean_text("", 10).empty());
  CHECK(clean_text("12345", 5) == "12345");
}

TEST_CASE("what is too long ends in an ellipsis, between characters") {
  CHECK(clean_text("123456", 5) == "12345…");
  CHECK(clean_text("1234日", 5) == "1234…");
  CHECK(clean_text(std::string(1'000'000, 'a'), 3) == "aaa…");
}

TEST_CASE("control characters and direction marks become blanks") {
  CHECK(clean_text("a\x1b[31mb\nc\x7f", 20) == "a [31mb c ");
  CHECK(clean_text("a\u202eb\u200bc\u2066d\ufeff\u0085", 20) == "a b c d  ");
  CHECK(clean_text("a\u061cb\u2060c\u061bd", 20) == "a b c\u061bd");
}

TEST_CASE("bytes that are not UTF-8 are replaced") {
  const std::string text = clean_text("a\xff\xc3(\xf0\x9f z", 40);
  CHECK(stook::is_valid_utf8(text));
  CHECK(text.starts_with("a\ufffd"));
}
