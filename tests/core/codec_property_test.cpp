#include <stook/core/codec.hpp>

#include <chrono>

#include <doctest/doctest.h>
#include <boost/json/value.hpp>

#include <stook/core/json.hpp>

#include "random_types.hpp"
#include "refusal.hpp"

namespace {

using stook_test::dice;
using stook_test::refusal_of;
using stook_test::shapes;

struct deep_tree;
using subtree = std::variant<int, std::vector<deep_tree>>;
struct deep_tree {
  subtree value;
};
BOOST_DESCRIBE_STRUCT(deep_tree, (), (value))

// Both alternatives are recursive: a text may be read in exponentially many ways.
struct left;
struct right;
struct left {
  std::vector<std::variant<left, right>> next;
  int tail = 0;
};
struct right {
  std::vector<std::variant<left, right>> next;
  int tail = 0;
};
BOOST_DESCRIBE_STRUCT(left, (), (next, tail))
BOOST_DESCRIBE_STRUCT(right, (), (next, tail))

struct patterns {
  std::vector<std::string> names;
};
STOOK_DESCRIBE(patterns, (names, "", stook::matching{"^[a-z]{1,40}$"}))

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

template <typename Work>
bool quick(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - begin < std::chrono::seconds(5);
}

}  // namespace

TEST_CASE("every described value reads back from its text as it was") {
  dice r(11);
  for (int i = 0; i < 5'000; ++i) {
    const shapes s = stook_test::random_shapes(r);
    const std::string text = stook::to_json_text(s);
    CAPTURE(text);
    const auto back = stook::from_json<shapes>(stook::parse_json(text));
    REQUIRE(stook::to_json_text(back) == text);
    REQUIRE(back.wide == s.wide);
    REQUIRE(back.huge == s.huge);
    REQUIRE(std::bit_cast<std::uint64_t>(back.real) == std::bit_cast<std::uint64_t>(s.real));
    REQUIRE(std::bit_cast<std::uint32_t>(back.half) == std::bit_cast<std::uint32_t>(s.half));
    REQUIRE(back.text == s.text);
    REQUIRE(back.feeling == s.feeling);
    REQUIRE(back.when == s.when);
    REQUIRE(back.holes == s.holes);
    REQUIRE(back.counts == s.counts);
    REQUIRE(back.either.index() == s.either.index());
  }
}

TEST_CASE("a document with one value replaced is read or refused with the path of that value") {
  dice r(12);
  const stook::json wrong[] = {nullptr, true, -1, 1e300, "", boost::json::array{}, boost::json::object{}};
  for (int i = 0; i < 5'000; ++i) {
    stook::json document = stook::to_json(stook_test::random_shapes(r));
    auto& object = document.as_object();
    const std::string name(
        std::next(object.begin(), static_cast<std::ptrdiff_t>(r.below(object.size())))->key());
    object[name] = r.pick(wrong);
    CAPTURE(stook::dump_json(document));
    try {
      stook::from_json<shapes>(document);
    } catch (const stook::error& e) {
      REQUIRE(e.code() == "json_invalid");
      REQUIRE(std::string_view(e.what()).find("shapes: " + name) != std::string_view::npos);
    }
  }
}

TEST_CASE("variants in variants are read or refused without trying every combination") {
  const std::string deep = repeat(R"({"value":[)", 31) + R"({"value":"no"})" + repeat("]}", 31);
  CHECK(quick([&] { CHECK(refusal_of<deep_tree>(deep) != "none"); }));
  const std::string hard =
      repeat(R"({"tail":0,"next":[)", 31) + R"({"tail":"no","next":[]})" + repeat("]}", 31);
  CHECK(quick([&] { CHECK(refusal_of<left>(hard) != "none"); }));
  const std::string good = repeat(R"({"tail":0,"next":[)", 31) + R"({"tail":1,"next":[]})" + repeat("]}", 31);
  CHECK(quick([&] { CHECK(refusal_of<left>(good) == "none"); }));
}

TEST_CASE("a pattern is compiled once for a document") {
  stook::json document = boost::json::object{{"names", boost::json::array(100'000, "checkout")}};
  CHECK(quick([&] { CHECK(stook::from_json<patterns>(document).names.size() == 100'000); }));
}

TEST_CASE("problems and notes are few and short however wrong the text is") {
  const std::string many = "[" + repeat("\"x\",", 10'000) + "0]";
  CHECK(refusal_of<std::vector<int>>(many).size() < 2'000);
  const std::string long_key = "{\"" + std::string(100'000, 'k') + "\":\"x\"}";
  CHECK(refusal_of<std::map<std::string, int>>(long_key).size() < 400);
  CHECK(refusal_of<shapes>(long_key).size() < 4'000);
  stook::detail::decode_report report;
  std::vector<stook::timestamp> times;
  stook::detail::decode(boost::json::array(1'000, "2026-01-02"), &times,
                        stook::detail::type_of<std::vector<stook::timestamp>>(), {}, report);
  CHECK(report.ok());
  CHECK(times.size() == 1'000);
  CHECK(report.notes.size() == 8);
  CHECK(report.notes[0] == "[0]: no zone given, read as UTC: 2026-01-02T00:00:00Z");
}
