#include <oncall/screen/fold_text.hpp>

#include <doctest/doctest.h>

using namespace stook::sre;

TEST_CASE("styled letters, accents and look-alikes become plain letters") {
  CHECK(fold_text("Ｉｇｎｏｒｅ").text == "ignore");
  CHECK(fold_text("𝐢𝐠𝐧𝐨𝐫𝐞 𝒶𝓁𝓁").text == "ignore all");
  CHECK(fold_text("ígnörè").text == "ignore");
  CHECK(fold_text("іgnоrе").text == "ignore");  // three Cyrillic letters
  CHECK_FALSE(fold_text("ígnörè").hid_something);
}

TEST_CASE("what shows nothing goes, and is told") {
  CHECK(fold_text("re\u200bstart").text == "restart");
  CHECK(fold_text("re\u200bstart").hid_something);
  CHECK(fold_text("a\u202eb").hid_something);
  const folded_text tags = fold_text("x\U000E0069\U000E0067\U000E006E");
  CHECK(tags.text == "xign");
  CHECK(tags.hid_something);
  CHECK(fold_text("\x1b[2J\x1b[1;1Hok").text == "ok");
  CHECK(fold_text("\x1b[2Jok").hid_something);
  CHECK(fold_text("\x1b]0;title\x07ok").text == "ok");
  CHECK(fold_text("passw\b\b\bok").hid_something);
}

TEST_CASE("colours of a terminal, emoji and other scripts hide nothing") {
  for (const char* text : {"\x1b[31mERROR\x1b[0m failed", "👨‍👩‍👧 joined", "می‌خواهم",
                           "ошибка сервера", "\x1b[K", "\xff\xfe broken", ""}) {
    CAPTURE(text);
    CHECK_FALSE(fold_text(text).hid_something);
  }
  CHECK(fold_text("\x1b[31mERROR\x1b[0m failed").text == "error failed");
}
