#include <oncall/data/cells.hpp>

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace stook::sre;

TEST_CASE("a column of instants reads each as it is read alone, whatever stood before it") {
  constexpr std::array<std::string_view, 30> cells{"2026-01-02T03:04:05Z",
                                                   "2026-01-02T03:04:05.678Z",
                                                   "2026-01-02T03:04:59.999999Z",
                                                   "2026-01-02T03:04:05.1234567Z",
                                                   "2026-01-02T03:04:60Z",
                                                   "2026-01-02T03:04:61Z",
                                                   "2026-01-02T03:04:5Z",
                                                   "2026-01-02T03:04:05.Z",
                                                   "2026-01-02T03:04:05,5Z",
                                                   "2026-01-02T03:04:05.6x8Z",
                                                   "2026-01-02T03:04:05z",
                                                   "2026-01-02T03:04:05",
                                                   "2026-01-02T03:04:05+02:00",
                                                   "2026-01-02T03:04:05 Z",
                                                   "2026-01-02T03:04Z",
                                                   "2026-01-02T03:04:Z",
                                                   "2026-01-02T03:04:-1Z",
                                                   "2026-01-02 03:04:05Z",
                                                   "2026-01-02T03:05:00Z",
                                                   "2026-02-30T03:04:05Z",
                                                   "1969-12-31T23:59:59.5Z",
                                                   "1969-12-31T23:59:00Z",
                                                   "0001-01-01T00:00:00Z",
                                                   "9999-12-31T23:59:59.999999Z",
                                                   "1767323045",
                                                   "1767323045000",
                                                   "",
                                                   "yesterday",
                                                   "2026-01-02T03:04:05.678ZZ",
                                                   "2026-01-02T03:04:0aZ"};
  for (const std::string_view before : cells) {
    for (const std::string_view cell : cells) {
      CAPTURE(before);
      CAPTURE(cell);
      input_report alone, in_column;
      const auto expected = read_instant(cell, 1, alone);
      instant_reader reader{in_column};
      reader.read(before, 1);
      const auto notes_before =
          in_column.count(input_issue::no_zone) + in_column.count(input_issue::unix_time);
      CHECK(reader.read(cell, 1) == expected);
      CHECK(in_column.count(input_issue::no_zone) + in_column.count(input_issue::unix_time) - notes_before ==
            alone.count(input_issue::no_zone) + alone.count(input_issue::unix_time));
    }
  }
}

TEST_CASE("a missing number is told from one that is there") {
  for (const std::string_view cell : {"", "NaN", "null", "NA", "n/a", "None", "-"}) CHECK(is_missing(cell));
  for (const std::string_view cell : {"0", "-1", "7na", "x", "nano"}) CHECK_FALSE(is_missing(cell));
}

TEST_CASE("a number is read as strtod reads it, to the last bit") {
  std::mt19937_64 random{9};
  for (int round = 0; round < 200'000; ++round) {
    std::string cell = std::to_string(random() % 1'000'000'000'000'000 >> random() % 50);
    const std::size_t point = random() % (cell.size() + 4);
    if (point < cell.size()) cell.insert(point, 1, '.');
    CAPTURE(cell);
    const auto read = read_number(cell);
    REQUIRE(read);
    CHECK(*read == std::strtod(cell.c_str(), nullptr));
  }
  for (const char* cell : {"1.", ".", "1..2", "1.2.3", "1,5", " 1", "1 ", "0x1", "--1", ""}) {
    CAPTURE(cell);
    const bool number = std::string_view{cell} == "1.";
    CHECK(read_number(cell).has_value() == number);
  }
  CHECK(read_number("+1.5") == 1.5);
  CHECK(read_number("-1.5e3") == -1500.0);
}
