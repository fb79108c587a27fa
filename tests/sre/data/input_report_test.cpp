#include <oncall/data/input_report.hpp>

#include <doctest/doctest.h>

using stook::sre::input_issue;
using stook::sre::input_report;

TEST_CASE("every line is counted and the first ones are kept") {
  input_report report;
  for (std::uint64_t line = 1; line <= 1000; ++line) report.note(input_issue::bad_timestamp, line, "soon");
  report.note(input_issue::no_zone, 7);
  CHECK(report.count(input_issue::bad_timestamp) == 1000);
  CHECK(report.count(input_issue::blank_line) == 0);
  CHECK(report.rejected() == 1000);
  REQUIRE(report.issues.size() == 2);
  CHECK(report.issues[0].first.size() == stook::sre::max_issue_details);
  CHECK(report.issues[0].first.back().line == stook::sre::max_issue_details);
}

TEST_CASE("an excerpt is short, valid and harmless on a terminal") {
  input_report report;
  report.note(input_issue::bad_timestamp, 1, std::string(119, 'x') + "\xC3\xA9 and more");
  report.note(input_issue::bad_timestamp, 2, "\x1B[2Jcleared\nnew line\xFF");
  const auto& first = report.issues[0].first;
  CHECK(first[0].text == std::string(119, 'x') + "...");
  CHECK(first[1].text == " [2Jcleared new line\xEF\xBF\xBD");
}

TEST_CASE("the sentences name file, issue and lines") {
  input_report report{.path = "metrics.csv", .sha256 = {}, .bytes = 0, .lines = 30, .rows = 5};
  for (std::uint64_t line = 2; line < 26; ++line) report.note(input_issue::column_count, line, "7 fields");
  const auto lines = describe(report);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "metrics.csv: 5 rows kept, 24 lines rejected of 30");
  CHECK(lines[1].starts_with(
      "metrics.csv: 24 x column_count (another number of fields than the header: rejected), "
      "lines 2 (7 fields), 3 (7 fields)"));
  CHECK(lines[1].ends_with("21 (7 fields) and 4 more"));
}

TEST_CASE("lines collected apart merge under the same bound") {
  stook::sre::issue_group apart{.issue = input_issue::bad_number};
  for (std::uint64_t line = 1; line <= 30; ++line) apart.add(line, "12ms");
  input_report report;
  report.note(input_issue::bad_number, 99, "x");
  report.merge(apart);
  CHECK(report.count(input_issue::bad_number) == 31);
  CHECK(report.issues[0].first.size() == stook::sre::max_issue_details);
}
