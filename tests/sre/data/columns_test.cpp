#include <oncall/data/columns.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <oncall/data/text_hash.hpp>

using stook::sre::interned_column;
using stook::sre::text_column;

TEST_CASE("an interned column stores each text once") {
  interned_column column;
  for (int i = 0; i < 1000; ++i) column.push_back(i % 3 == 0 ? "payments" : "api-gateway");
  column.push_back("");
  CHECK(column.size() == 1001);
  CHECK(column.names() == 3);
  CHECK(column[999] == "payments");
  CHECK(column[1000].empty());
  CHECK(column.ids()[0] == column.ids()[3]);
  CHECK(column.name(column.ids()[1]) == "api-gateway");
}

TEST_CASE("an interned column survives being moved") {
  interned_column column;
  column.push_back("a");  // short enough to live inside a std::string
  interned_column moved = std::move(column);
  moved.push_back("a");
  CHECK(moved.names() == 1);
  CHECK(moved[0] == "a");
}

TEST_CASE("an interned column tells thousands of texts apart, cleaned or not") {
  interned_column column;
  const auto cleaned = [](std::string_view text) { return text.ends_with('7') ? "seven" : text; };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3'000; ++i) column.push_back(std::to_string(i), cleaned);
  }
  CHECK(column.names() == 2'701);
  int different = 0;
  for (int i = 0; i < 6'000; ++i)
    different += column[static_cast<std::size_t>(i)] != cleaned(std::to_string(i % 3'000));
  CHECK(different == 0);
}

TEST_CASE("room that was made changes nothing") {
  interned_column few;
  text_column many;
  few.push_back("a");
  many.push_back("b");
  few.reserve(1'000);
  many.reserve(1'000);
  few.push_back("a");
  many.push_back("c");
  CHECK(few.size() == 2);
  CHECK(many.size() == 2);
  CHECK(many[0] == "b");
  CHECK(many[1] == "c");
}

TEST_CASE("the hash of a text sees each of its bytes and its length") {
  using stook::sre::text_hash;
  std::set<std::uint64_t> seen;
  std::string text;
  for (int size = 0; size < 40; ++size, text += 'a') {
    CHECK(seen.insert(text_hash(text)).second);
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string other = text;
      other[i] = 'b';
      CHECK(seen.insert(text_hash(other)).second);
    }
  }
  CHECK(text_hash("a", 1) != text_hash("a", 2));
}

TEST_CASE("columns reorder their rows and may drop some") {
  interned_column few;
  text_column many;
  for (const char* text : {"zero", "", "two"}) {
    few.push_back(text);
    many.push_back(text);
  }
  const std::uint32_t order[] = {2, 0};
  few.reorder(order);
  many.reorder(order);
  REQUIRE(few.size() == 2);
  REQUIRE(many.size() == 2);
  CHECK(few[0] == "two");
  CHECK(few[1] == "zero");
  CHECK(many[0] == "two");
  CHECK(many[1] == "zero");
}

TEST_CASE("numbers are counted, few names and many") {
  std::mt19937 random(1);
  for (const std::uint32_t names : {1U, 3U, 1'024U, 1'025U, 5'000U}) {
    for (const std::size_t rows : {0U, 1U, 3U, 4U, 5U, 4'001U}) {
      std::vector<std::uint32_t> ids;
      for (std::size_t i = 0; i < rows; ++i) ids.push_back(static_cast<std::uint32_t>(random() % names));
      const std::vector<std::int64_t> counts = stook::sre::count_ids(ids, names);
      REQUIRE(counts.size() == names);
      for (std::uint32_t id = 0; id < names; ++id) CHECK(counts[id] == std::ranges::count(ids, id));
    }
  }
}
