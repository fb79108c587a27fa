#include "http/line_reader.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <stook/core/error.hpp>

using stook::http::line_reader;

namespace {

using lines = std::vector<std::string>;

// What `finish` gives is marked with a plus.
lines lines_of(const std::vector<std::string>& pieces) {
  line_reader reader(1000);
  lines out;
  std::string_view line;
  for (const std::string& piece : pieces) {
    reader.feed(piece);
    while (reader.next(line)) out.emplace_back(line);
  }
  if (reader.finish(line)) out.push_back("+" + std::string(line));
  return out;
}

}  // namespace

TEST_CASE("records of JSON come one a line, and the last one without its end") {
  CHECK(lines_of({"{\"a\":1}\n{\"b\":", "2}\r\n", "{\"done\":true}"}) ==
        lines{"{\"a\":1}", "{\"b\":2}", "+{\"done\":true}"});
  CHECK(lines_of({"", "\n", ""}) == lines{""});
  CHECK(lines_of({}) == lines{});
}

TEST_CASE("however lines are cut, they are the same") {
  const std::string whole = "a\r\n\r\nb\n\nc\r\rd\n\r\xc3\xa4\r\n\ntail";
  const lines wanted{"a", "", "b", "", "c", "", "d", "", "\xc3\xa4", "", "+tail"};
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    for (std::size_t j = i; j <= whole.size(); ++j) {
      REQUIRE(lines_of({whole.substr(0, i), whole.substr(i, j - i), whole.substr(j)}) == wanted);
    }
  }
}

TEST_CASE("a line of the limit is read, and one byte more is an error, ended or not") {
  std::string_view line;
  line_reader exact(8);
  exact.feed("12345678\n");
  REQUIRE(exact.next(line));
  CHECK(line == "12345678");
  for (const char* text : {"123456789", "123456789\n"}) {
    line_reader reader(8);
    reader.feed(text);
    std::string code;
    try {
      reader.next(line);
    } catch (const stook::error& e) {
      code = e.code();
    }
    CHECK(code == "http.too_large");
  }
}

// Reading each byte again for each byte that comes would be 5e11 steps: no machine ends that within the test.
TEST_CASE("a line of a megabyte that comes byte by byte is read in linear time") {
  constexpr std::size_t size = 1U << 20U;
  line_reader reader(size);
  std::string_view line;
  for (std::size_t i = 0; i < size; ++i) {
    reader.feed("x");
    if (reader.next(line)) FAIL("a line before its end");
  }
  reader.feed("\n");
  REQUIRE(reader.next(line));
  CHECK(line.size() == size);
}
