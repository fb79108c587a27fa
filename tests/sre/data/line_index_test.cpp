#include <oncall/data/line_index.hpp>

#include <algorithm>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace stook::sre;

namespace {

/// What the index must say, found byte by byte.
void check_against_bytes(std::string_view bytes) {
  line_index index;
  index.scan(bytes);
  std::size_t line = 0;
  std::size_t begin = 0;
  for (std::size_t newline; (newline = bytes.find('\n', begin)) != std::string_view::npos; ++line) {
    const std::string_view text = bytes.substr(begin, newline - begin);
    REQUIRE(line < index.lines());
    REQUIRE(index.newline(line) == newline);
    std::vector<std::uint32_t> marks;
    for (std::size_t i = begin; i <= newline; ++i) {
      if (bytes[i] == ',' || bytes[i] == '\n') marks.push_back(static_cast<std::uint32_t>(i));
    }
    REQUIRE(std::ranges::equal(index.marks(line), marks));

    bool plain = true;
    const auto mark = [&](std::size_t i) { return i == text.size() || text[i] == ',' || text[i] == '\r'; };
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      const bool blank = c == ' ' || c == '\t';
      if (c == '"' || c == 0 || c >= 0x80 || (c == '\r' && i + 1 != text.size())) plain = false;
      if (blank && (i == 0 || mark(i - 1) || mark(i + 1))) plain = false;
    }
    REQUIRE(index.plain(line) == plain);
    begin = newline + 1;
  }
  REQUIRE(index.lines() == line);
}

}  // namespace

TEST_CASE("lines, commas and what is odd are found wherever they stand in a block") {
  for (const char* piece :
       {",", "\n", "\"", "\r\n", "\r", " ", " ,", ", ", " \n", "\n ", "\t\r\n", "\xc3\xa4"}) {
    for (std::size_t at = 0; at < 140; ++at) {
      std::string bytes(at, 'a');
      bytes += piece;
      bytes += "b,c\n";
      CAPTURE(at);
      check_against_bytes(bytes);
      check_against_bytes(bytes + std::string(150, ',') + "\nlast line without an end");
    }
  }
  check_against_bytes("");
  check_against_bytes("\n");
  check_against_bytes(std::string(64, '\n'));
  check_against_bytes(std::string_view("a,\0b\n", 5));
}

TEST_CASE("the index agrees with a look at each byte") {
  std::mt19937 random{7};
  constexpr std::string_view signs{"abc,,,;0123456789.- \t\n\n\r\"\0\xc3", 27};
  for (int round = 0; round < 3'000; ++round) {
    std::string bytes(random() % 400, '\0');
    const bool mostly_letters = random() % 2 == 0;
    for (char& c : bytes) c = mostly_letters && random() % 8 != 0 ? 'x' : signs[random() % signs.size()];
    check_against_bytes(bytes);
  }
}

TEST_CASE("what was found before is forgotten") {
  line_index index;
  index.scan("a,b\nc,d\n");
  index.scan("e\nf");
  REQUIRE(index.lines() == 1);
  CHECK(index.newline(0) == 1);
  CHECK(index.plain(0));
}
