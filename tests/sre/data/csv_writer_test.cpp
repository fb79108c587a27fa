#include <oncall/data/csv_writer.hpp>

#include <doctest/doctest.h>

using stook::sre::append_csv_field;

TEST_CASE("a field gets quotes only where a reader needs them") {
  std::string out;
  for (const char* field : {"plain", "", "a,b", "say \"hi\"", "two\nlines", " padded", "it's"}) {
    append_csv_field(out, field);
    out += '|';
  }
  CHECK(out == "plain||\"a,b\"|\"say \"\"hi\"\"\"|\"two\nlines\"|\" padded\"|it's|");
}
