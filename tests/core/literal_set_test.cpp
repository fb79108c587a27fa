#include <stook/core/literal_set.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <stook/core/ascii.hpp>
#include <stook/core/error.hpp>

using stook::literal_set;
using stook::ascii::to_lower;

namespace {

literal_set made(std::vector<std::string_view> literals) { return literal_set(literals); }

}  // namespace

TEST_CASE("a literal is found wherever it stands and whatever its case") {
  const literal_set set = made({"AKIA", "://", "ключ"});
  for (const char* text : {"akia", "x AkIa", "see http://x", "мой ключ!", "AKI AKIA"}) {
    CAPTURE(text);
    CHECK(set.occurs_in(text));
  }
  for (const char* text : {"", "a", "ak", "aki", "ak ia", ":/ /", "aki@"}) {
    CAPTURE(text);
    CHECK_FALSE(set.occurs_in(text));
  }
}

TEST_CASE("a literal of two bytes is refused, and no literals occur nowhere") {
  CHECK_THROWS_AS(made({"ab"}), stook::error);
  CHECK_FALSE(made({}).occurs_in("anything at all"));
}

TEST_CASE("it agrees with a plain search on random text of few letters") {
  std::mt19937 random(7);
  const auto text_of = [&](std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += "abABz0@`"[random() % 8];
    return out;
  };
  int found = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::vector<std::string> literals{text_of(3), text_of(4), text_of(5)};
    const std::string text = text_of(random() % 40);
    const bool expected = std::ranges::any_of(literals, [&](const std::string& l) {
      return to_lower(text).find(to_lower(l)) != std::string::npos;
    });
    found += expected;
    CHECK(made({literals.begin(), literals.end()}).occurs_in(text) == expected);
  }
  CHECK(found > 100);
  CHECK(found < 1900);
}

TEST_CASE("find goes on behind a place, and lines are counted once each") {
  const literal_set set = made({"error", "timeout"});
  const std::string text = "an Error and a timeout\nall is well\nTIMEOUT error\n\nerr\nor\nerror";
  CHECK(set.find(text) == 3);
  CHECK(set.find(text, 4) == 15);
  CHECK(set.find(text, text.size()) == std::string_view::npos);
  CHECK(set.find(text, text.size() + 9) == std::string_view::npos);
  CHECK(set.count_lines(text) == 3);
  CHECK(set.count_lines("") == 0);
  CHECK(set.count_lines("\n\n") == 0);
}

TEST_CASE("lines are counted as a plain search counts them") {
  std::mt19937 random(3);
  const std::vector<std::string_view> literals{"abc", "b\na", "cab"};
  const literal_set set{literals};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::size_t i = random() % 400; i > 0; --i) text += "abcABC\n"[random() % 7];
    std::size_t expected = 0, begin = 0;
    while (begin < text.size()) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      expected += std::ranges::any_of(
          literals, [&](std::string_view l) { return to_lower(text).find(l, begin) <= end; });
      begin = end + 1;
    }
    CHECK(set.count_lines(text) == expected);
  }
}

TEST_CASE("literals are found in a text without its digits, whichever they were") {
  const std::vector<std::string_view> literals{"r8_", "1gn0re", "plain"};
  const literal_set set = literal_set::with_any_digits(literals);
  CHECK(set.occurs_in(stook::zeros_for_digits("x r8_y")));
  CHECK(set.occurs_in(stook::zeros_for_digits("x r5_y")));
  CHECK(set.occurs_in(stook::zeros_for_digits("IGN 7GN3RE")));
  CHECK(set.occurs_in(stook::zeros_for_digits("in plain sight")));
  CHECK_FALSE(set.occurs_in(stook::zeros_for_digits("ignore r_8")));
  CHECK(stook::zeros_for_digits("a1:9/x") == "a0:0/x");
}

TEST_CASE("some literals can stand in a number of base 16") {
  const std::vector<std::string_view> literals{"acca", "akia", "C0DE", "de-ad"};
  const literal_set set = literal_set::of_hex(literals);
  CHECK(set.occurs_in("00acca00"));
  CHECK(set.occurs_in("00c0de00"));
  CHECK_FALSE(set.occurs_in("akia de-ad"));
  CHECK_FALSE(literal_set::of_hex(std::vector<std::string_view>{"xyz"}).occurs_in("xyz"));
}
