#include <oncall/data/columns.hpp>

#include <utility>

#include <doctest/doctest.h>

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
