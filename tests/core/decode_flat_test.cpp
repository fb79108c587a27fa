#include "core/decode_flat.hpp"

#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "random_types.hpp"

namespace {

using stook::detail::decode_flat;
using stook::detail::decode_options;
using stook::detail::decode_report;
using stook::detail::type_of;
using stook_test::dice;
using stook_test::mood;

struct ask {
  bool flag = false;
  std::int8_t tiny = 0;
  std::uint64_t huge = 0;
  double real = 0;
  float half = 0;
  std::string text;
  mood feeling = mood::busy;
  stook::timestamp when;
  std::optional<std::string> name;
  std::optional<int> weight;
  std::string region;
};
STOOK_DESCRIBE(ask, (flag), (tiny, "", stook::between{-100, 100}), (huge), (real), (half),
               (text, "", stook::length{0, 11}), (feeling), (when), (name, "", stook::matching{"^[^b]*$"}),
               (weight), (region, "", stook::one_of{"eu", "us"}, stook::defaulted))

struct nested {
  std::string text;
  std::vector<int> list;
};
STOOK_DESCRIBE(nested, (text), (list, "", stook::defaulted))

ask random_ask(dice& r) {
  const stook_test::shapes s = stook_test::random_shapes(r);
  ask a{
      s.flag, s.tiny, s.huge, s.real, s.half, s.text, s.feeling, s.when, {}, {}, r.chance(50) ? "eu" : "us"};
  if (r.chance(50)) a.name = r.text(4);
  if (r.chance(50)) a.weight = static_cast<int>(r.bits());
  return a;
}

// One edit that may or may not leave the text good.
std::string edited(std::string text, dice& r) {
  constexpr std::string_view pieces[] = {
      "\"", ",", ":",       "null",    "1.0", "-0",   "1e999", "18446744073709551616", "[]",
      "{}", " ", "\\u0000", "\\u00e9", "\\n", "true", "\xff",  "\"tiny\":1,",          "}"};
  const std::size_t at = r.below(text.size());
  switch (r.below(4)) {
    case 0:
      text.erase(at, 1 + r.below(3));
      break;
    case 1:
      text.insert(at, r.pick(pieces));
      break;
    case 2:
      text[at] = static_cast<char>(r.bits());
      break;
    default: {
      // a value replaced by another
      const std::size_t colon = text.find(':', at);
      if (colon == std::string::npos) break;
      const std::size_t end = text.find_first_of(",}", colon);
      text.replace(colon + 1, end - colon - 1, r.pick(pieces));
    }
  }
  return text;
}

struct reading {
  bool ok = false;
  std::string value;
  std::vector<std::string> notes;
  bool operator==(const reading&) const = default;
};

template <typename T>
reading flat(std::string_view text, const decode_options& options = {}) {
  T into{};
  decode_report report;
  reading out{.ok = decode_flat(text, &into, type_of<T>(), options, report)};
  if (out.ok) out.value = stook::to_json_text(into), out.notes = report.notes;
  return out;
}

template <typename T>
reading whole(std::string_view text, const decode_options& options = {}) {
  try {
    const stook::json parsed = stook::parse_json(text);
    T into{};
    decode_report report;
    stook::detail::decode(parsed, &into, type_of<T>(), options, report);
    if (report.ok()) return {true, stook::to_json_text(into), report.notes};
  } catch (const stook::error&) {
  }
  return {};
}

}  // namespace

TEST_CASE("a flat object is read from its text as it is from its JSON value, and refused where that is") {
  dice r(21);
  int good = 0, bad = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string text = stook::to_json_text(random_ask(r));
    for (std::size_t n = r.below(3); n > 0; --n) text = edited(std::move(text), r);
    CAPTURE(text);
    const reading expected = whole<ask>(text);
    ++(expected.ok ? good : bad);
    REQUIRE(flat<ask>(text) == expected);
  }
  CHECK(good > 10'000);
  CHECK(bad > 10'000);
}

TEST_CASE("the order of the fields, white space and escapes do not matter") {
  const char* text =
      R"( { "text" : "a\u00e9\n" , "when":"2026-01-02","real":1,"half":2, "flag":true,"feeling":"calm",
                          "huge" : 3.0, "ti\u006ey" : 4 } )";
  CHECK(flat<ask>(text).ok);
  CHECK(flat<ask>(text) == whole<ask>(text));
  CHECK(flat<ask>(text).notes.size() == 1);
}

TEST_CASE("long strings are read from their text as by the parser, whatever stands where in them") {
  constexpr std::string_view pieces[] = {"\"",
                                         "\\",
                                         "\\\"",
                                         "\\\\",
                                         "\\n",
                                         "\\u00e9",
                                         "\\ud83d\\ude00",
                                         "\\ud83d",
                                         "\\u0000",
                                         "\t",
                                         "\x7f",
                                         "\xc3\xa9",
                                         "\xf0\x9f\x98\x80",
                                         "\xc3",
                                         "\xed\xa0\x80",
                                         std::string_view("\0", 1)};
  dice r(22);
  int good = 0, bad = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string inside(r.below(40), 'x');
    for (std::size_t n = r.below(3); n > 0; --n) inside.insert(r.below(inside.size() + 1), r.pick(pieces));
    const std::string text = "{\"text\":\"" + inside + "\"}";
    CAPTURE(text);
    const reading expected = whole<nested>(text);
    ++(expected.ok ? good : bad);
    REQUIRE(flat<nested>(text) == expected);
    REQUIRE_FALSE(flat<nested>(std::string_view(text).substr(0, r.below(text.size()))).ok);
  }
  CHECK(good > 5'000);
  CHECK(bad > 5'000);
}

TEST_CASE("numbers of every form are read as by the parser") {
  constexpr std::string_view numbers[] = {"0",
                                          "-0",
                                          "00",
                                          "01",
                                          "-",
                                          "+1",
                                          "1.",
                                          ".5",
                                          "1.5",
                                          "-1.5e3",
                                          "1e5",
                                          "1E+2",
                                          "1e-2",
                                          "1e",
                                          "1e+",
                                          "1.e1",
                                          "--1",
                                          "1-2",
                                          "1+2",
                                          "0x1",
                                          "1_0",
                                          "1e999",
                                          "0e99999999999",
                                          "-12",
                                          "100",
                                          "999999999999999999",
                                          "1000000000000000000",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "-9223372036854775808",
                                          "-9223372036854775809",
                                          "18446744073709551615",
                                          "18446744073709551616",
                                          "NaN",
                                          "Infinity",
                                          "",
                                          " 7 ",
                                          "7 8",
                                          "007"};
  for (const std::string_view number : numbers) {
    for (const std::string_view field : {"tiny", "huge", "real", "half", "weight"}) {
      std::string text = R"({"flag":true,"tiny":1,"huge":2,"real":3.5,"half":4,"text":"","feeling":"calm",)"
                         R"("when":"2026-01-02T00:00:00Z","weight":5})";
      const std::size_t at = text.find(':', text.find(field)) + 1;
      text.replace(at, text.find_first_of(",}", at) - at, number);
      CAPTURE(text);
      CHECK(flat<ask>(text) == whole<ask>(text));
    }
  }
}

TEST_CASE("a field that others fill in may not be named, and need not be") {
  const std::string_view hidden[] = {"text"};
  CHECK(flat<nested>("{}", {.hidden = hidden}).ok);
  CHECK_FALSE(flat<nested>(R"({"text":"x"})", {.hidden = hidden}).ok);
  CHECK_FALSE(flat<nested>("{}").ok);
}

TEST_CASE("what is not flat is left to the long way") {
  CHECK(flat<nested>(R"({"text":"x"})").ok);
  CHECK_FALSE(flat<nested>(R"({"text":"x","list":[1]})").ok);
  CHECK_FALSE(flat<std::string>("\"x\"").ok);
}
