#include <stook/core/json.hpp>

#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include "dice.hpp"

namespace {

using stook::json;
using stook_test::dice;

struct verdict {
  std::string code = "none";
  std::string message;
  bool says(std::string_view part) const { return message.find(part) != std::string::npos; }
};

verdict verdict_of(std::string_view text, const stook::json_limits& limits = {}) {
  try {
    stook::parse_json(text, limits);
    return {};
  } catch (const stook::error& e) {
    return {e.code(), e.what()};
  }
}

double random_double(dice& r) {
  using limits = std::numeric_limits<double>;
  constexpr double edges[] = {0.0,           -0.0,          limits::denorm_min(), -limits::denorm_min(),
                              limits::min(), limits::max(), limits::lowest(),     limits::epsilon(),
                              0.1,           1e23,          9007199254740993.0,   1.0,
                              -1.0};
  if (r.chance(20)) return r.pick(edges);
  for (;;) {
    const auto d = std::bit_cast<double>(r.bits());
    if (std::isfinite(d)) return d;
  }
}

json random_json(dice& r, int depth) {
  constexpr std::int64_t integers[] = {0, -1, 1, std::numeric_limits<std::int64_t>::min(),
                                       std::numeric_limits<std::int64_t>::max()};
  switch (r.below(depth > 0 ? 9 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return r.chance(50);
    case 2:
      return r.chance(30) ? r.pick(integers) : static_cast<std::int64_t>(r.bits());
    case 3:
      return r.bits() | 0x8000000000000000;  // past int64, so that it reads back as uint64
    case 4:
    case 5:
      return random_double(r);
    case 6:
      return json(r.text());
    case 7: {
      boost::json::array array;
      for (std::size_t n = r.below(5); n > 0; --n) array.push_back(random_json(r, depth - 1));
      return array;
    }
    default: {
      boost::json::object object;
      for (std::size_t n = r.below(5); n > 0; --n) object[r.text(6)] = random_json(r, depth - 1);
      return object;
    }
  }
}

// Equality that tells 1 from 1.0 and 0.0 from -0.0.
bool same(const json& a, const json& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case boost::json::kind::double_:
      return std::bit_cast<std::uint64_t>(a.get_double()) == std::bit_cast<std::uint64_t>(b.get_double());
    case boost::json::kind::array: {
      const auto &x = a.get_array(), &y = b.get_array();
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
    }
    case boost::json::kind::object: {
      const auto &x = a.get_object(), &y = b.get_object();
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& m, const auto& n) {
        return m.key() == n.key() && same(m.value(), n.value());
      });
    }
    default:
      return a == b;
  }
}

std::string brackets(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("what is written reads back as the same value, of the same kinds, in the same order") {
  dice r(1);
  for (int i = 0; i < 20'000; ++i) {
    const json value = random_json(r, 4);
    const std::string text = stook::dump_json(value);
    CAPTURE(text);
    REQUIRE(same(stook::parse_json(text), value));
    if (i % 10 == 0) REQUIRE(same(stook::parse_json(stook::dump_json_pretty(value)), value));
  }
}

TEST_CASE("any bytes in strings and keys are written as JSON that reads back and stays as it is") {
  dice r(2);
  const auto bytes = [&] {
    std::string out;
    for (std::size_t n = r.below(10); n > 0; --n) out += static_cast<char>(r.below(256));
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    boost::json::object object;
    for (std::size_t n = r.below(6); n > 0; --n) object[bytes()] = bytes();
    const json once = stook::parse_json(stook::dump_json(object));
    REQUIRE(once.as_object().size() == object.size());
    REQUIRE(same(stook::parse_json(stook::dump_json(once)), once));
  }
}

TEST_CASE("keys that repair makes equal stay two keys") {
  const boost::json::object object{{"\xff", 1}, {"\xfe", 2}, {"\xef\xbf\xbd", 3}, {"\xef\xbf\xbd~2", 4}};
  const json back = stook::parse_json(stook::dump_json(object));
  REQUIRE(back.as_object().size() == 4);
  CHECK(back.at("\xef\xbf\xbd") == 3);
  CHECK(back.at("\xef\xbf\xbd~2") == 4);
}

TEST_CASE("random bytes are parsed or refused with an error, never anything else") {
  dice r(3);
  constexpr std::string_view pieces[] = {
      "{", "}", "[",    "]",   ",",        ":",           "\"a\"", "\"\\u0000\"",  "1e999",
      "-", "0", "null", "tru", "\"\xff\"", "\"\\ud800\"", " ",     "\xef\xbb\xbf", "1.5"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t n = r.below(12); n > 0; --n) {
      if (r.chance(10)) {
        text += static_cast<char>(r.below(256));
      } else {
        text += r.pick(pieces);
      }
    }
    CAPTURE(text);
    const verdict v = verdict_of(text);
    if (v.code != "none") REQUIRE(stook::is_valid_utf8(v.message));
  }
}

TEST_CASE("what Boost.JSON lets through is refused, with the place") {
  struct row {
    std::string_view text, code, says;
  };
  constexpr row rows[] = {
      {R"({"a":1e999})", "json_number", "a (byte"},
      {R"({"a":[0,-1e999]})", "json_number", "a[1] (byte"},
      {R"([1e2147483647])", "json_number", "[0] (byte"},
      {R"([1e99999999999999999999])", "json_number", "[0] (byte"},
      {R"({"n":18446744073709551616})", "json_number", "n (byte"},
      {R"([[0,-9223372036854775809]])", "json_number", "[0][1] (byte"},
      {R"({"a":1,"a":2})", "json_duplicate_key", "a (byte"},
      {R"({"x":[{"y":{"k":1,"l":0,"k":2}}]})", "json_duplicate_key", "x[0].y.k (byte"},
      {R"({"x":{"k":1,"\u006b":2}})", "json_duplicate_key", "x.k (byte"},
      {R"([{"":1,"":2}])", "json_duplicate_key", R"([0][""] (byte)"},
      {R"({"a.b":{"c":1,"c":1}})", "json_duplicate_key", R"(["a.b"].c (byte)"},
      {R"({"a":"x\u0000y"})", "json_nul", "a (byte"},
      {R"({"a":1,"b\u0000c":2})", "json_nul", "[\"b\xef\xbf\xbd"},
      {R"(["\ud800"])", "json_syntax", "[0]"},
      {R"(["\udc00\ud800"])", "json_syntax", "[0]"},
      {"\xef\xbb\xbf{}", "json_syntax", "byte order mark"},
      {"{} x", "json_syntax", "behind the JSON value"},
      {"{}{}", "json_syntax", "behind the JSON value"},
      {R"({"a":)", "json_syntax", "ends inside"},
      {"", "json_syntax", "ends inside"},
      {"  ", "json_syntax", "ends inside"},
      {"NaN", "json_syntax", "byte 0"},
      {"[Infinity]", "json_syntax", "[0] (byte"},
      {"[1,]", "json_syntax", "[1] (byte"},
      {"{'a':1}", "json_syntax", "byte"},
      {"[\"\x01\"]", "json_syntax", "[0] (byte"},
      {"[\"\xc0\xaf\"]", "json_syntax", "[0] (byte"},
      {"[\"\xed\xa0\x80\"]", "json_syntax", "[0] (byte"},
      {"[01]", "json_syntax", "byte"},
      {"// no\n1", "json_syntax", "byte"},
  };
  for (const row& r : rows) {
    CAPTURE(r.text);
    const verdict v = verdict_of(r.text);
    CHECK(v.code == r.code);
    CAPTURE(v.message);
    CHECK(v.says(r.says));
  }
}

TEST_CASE("numbers at the edges are read exactly") {
  CHECK(stook::parse_json("9223372036854775807").get_int64() == std::numeric_limits<std::int64_t>::max());
  CHECK(stook::parse_json("-9223372036854775808").get_int64() == std::numeric_limits<std::int64_t>::min());
  CHECK(stook::parse_json("9223372036854775808").get_uint64() == 9223372036854775808u);
  CHECK(stook::parse_json("18446744073709551615").get_uint64() == ~std::uint64_t{0});
  CHECK(stook::parse_json("1.7976931348623157e308").get_double() == std::numeric_limits<double>::max());
  CHECK(stook::parse_json("5e-324").get_double() == std::numeric_limits<double>::denorm_min());
  CHECK(std::signbit(stook::parse_json("-1e-999").get_double()));
  CHECK(stook::parse_json("1e-99999").get_double() == 0);
  CHECK(stook::parse_json("0e999").get_double() == 0);
  const std::string long_small = "0." + std::string(400, '0') + "1e401";
  CHECK(stook::parse_json(long_small).get_double() == 1.0);
}

TEST_CASE("infinities and NaN are written as null") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(stook::dump_json(boost::json::array{inf, -inf, std::nan("")}) == "[null,null,null]");
}

TEST_CASE("the limits hold at the exact boundary") {
  CHECK(verdict_of(brackets(64)).code == "none");
  CHECK(verdict_of(brackets(65)).code == "json_too_deep");
  CHECK(verdict_of(brackets(65)).says("more than 64 nested"));
  CHECK(verdict_of(brackets(2), {.depth = 1}).code == "json_too_deep");
  CHECK(verdict_of("[123]", {.bytes = 5}).code == "none");
  CHECK(verdict_of("[1234]", {.bytes = 5}).code == "json_too_large");
  CHECK(verdict_of(brackets(200'000)).code == "json_too_deep");
}

TEST_CASE("a message quotes no more of a text than a person reads") {
  const std::string key(100'000, 'k');
  const verdict v = verdict_of("{\"" + key + "\":1,\"" + key + "\":2}");
  CHECK(v.code == "json_duplicate_key");
  CHECK(v.message.size() < 300);
  std::string euros;
  for (int i = 0; i < 100; ++i) euros += "\xe2\x82\xac";
  CHECK_FALSE(verdict_of("{\"a" + euros + "\":1e999}").says("\xef\xbf\xbd"));
}

TEST_CASE("a hundred thousand keys with the duplicate last are refused in linear time") {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  text += "\"key0\":1}";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(verdict_of(text).code == "json_duplicate_key");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));  // quadratic: a minute
}

TEST_CASE("validity and repair of UTF-8 agree, at every length and alignment") {
  dice r(4);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = std::string(r.below(600), 'a') + r.text();
    CHECK(stook::is_valid_utf8(text));
    CHECK(stook::to_valid_utf8(text) == text);
    if (text.empty()) continue;
    text[r.below(text.size())] = static_cast<char>(r.below(256));
    const std::string repaired = stook::to_valid_utf8(text);
    REQUIRE(stook::is_valid_utf8(repaired));
    REQUIRE((repaired == text) == stook::is_valid_utf8(text));
  }
  for (const std::size_t size : {1, 3, 4, 5, 7, 8, 9, 15, 200, 600}) {
    CHECK(stook::is_valid_utf8(std::string(size, 'a')));
    for (std::size_t at = 0; at < size; ++at) {
      for (const char bad : {'\0', '\x80', '\xff'}) {
        std::string text(size, 'a');
        text[at] = bad;
        CHECK_FALSE(stook::is_valid_utf8(text));
      }
    }
  }
}
