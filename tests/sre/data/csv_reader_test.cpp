#include <oncall/data/csv_reader.hpp>

#include <algorithm>
#include <iterator>
#include <random>

#include <doctest/doctest.h>

#include <stook/core/digest.hpp>
#include <stook/core/error.hpp>

#include "scratch_dir.hpp"

using namespace stook::sre;
using stook::sre::testing::scratch_dir;

namespace {

using rows = std::vector<std::vector<std::string>>;

struct outcome {
  rows kept;
  std::vector<std::uint64_t> lines;
  input_report report;
};

outcome read(std::string_view bytes, const read_options& options = {}) {
  static const scratch_dir
      scratch;  // one for thousands of files: making and removing folders waits for the disk
  outcome out;
  csv_reader reader{scratch.write("in.csv", bytes), out.report, options};
  csv_record record;
  while (reader.next(record)) {
    out.kept.emplace_back(record.fields.begin(), record.fields.end());
    out.lines.push_back(record.line);
  }
  return out;
}

std::string thrown_by(std::string_view bytes, const read_options& options = {}) {
  try {
    read(bytes, options);
  } catch (const stook::error& e) {
    return e.code() + ": " + e.what();
  }
  return "nothing";
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("quotes, doubled quotes, commas and newlines in quotes are part of a field") {
  const auto in = read("a,b\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",\"\"\n");
  CHECK(in.kept == rows{{"x,1", "say \"hi\""}, {"two\r\nlines", ""}});
  CHECK(in.lines == std::vector<std::uint64_t>{2, 3});
  CHECK(in.report.lines == 4);
  CHECK(in.report.issues.empty());
}

TEST_CASE("LF, CRLF and a last line without either give the same rows") {
  const rows expected{{"1", "2"}, {"3", "4"}};
  for (const char* text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\n3,\"4\"",
                           "a,b\n1,2\n3,\"4\"\r\n"}) {
    CAPTURE(text);
    const auto in = read(text);
    CHECK(in.kept == expected);
    CHECK(in.report.issues.empty());
  }
}

TEST_CASE("blanks around unquoted fields go, those in quotes stay") {
  CHECK(read("a, b\n 1 ,\t2\n\" 3 \", \"4, 5\"\n").kept == rows{{"1", "2"}, {" 3 ", "4, 5"}});
}

TEST_CASE("a row without quotes reads as it does beside a quoted field") {
  std::mt19937_64 random{11};
  const std::string_view pieces[] = {"a", ",", " ", "\t", "caf\xC3\xA9", "\xE9", ",,", "12.5", "\r"};
  for (int round = 0; round < 2000; ++round) {
    std::string row;
    for (std::size_t i = 1 + random() % 8; i > 0; --i) row += pieces[random() % std::size(pieces)];
    CAPTURE(row);
    const auto plain = read("x,y\nq," + row + "\n");
    const auto quoted = read("x,y\n\"q\"," + row + "\n");
    CHECK(plain.kept == quoted.kept);
    CHECK(plain.report.rejected() == quoted.report.rejected());
  }
}

TEST_CASE("a row with quotes around whole fields reads as it does beside one that only libcsv can read") {
  std::mt19937_64 random{12};
  const std::string_view pieces[] = {"a",       ",",      " ",  "\"",          "\"\"", "\"b\"",
                                     "\"c,d\"", ",\"e\"", "\t", "caf\xC3\xA9", "\r"};
  int kept = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string row;
    for (std::size_t i = 1 + random() % 8; i > 0; --i) row += pieces[random() % std::size(pieces)];
    CAPTURE(row);
    const auto ours = read("x,y,z\nq," + row + "\n");
    auto theirs = read("x,y,z\n\"q\"\"q\"," + row + "\n");
    for (auto& fields : theirs.kept) {
      CHECK(fields[0] == "q\"q");
      fields[0] = "q";
    }
    kept += static_cast<int>(ours.kept.size());
    CHECK(ours.kept == theirs.kept);
    CHECK(ours.report.rejected() == theirs.report.rejected());
  }
  CHECK(kept > 500);
}

TEST_CASE("rows read the same wherever the buffer ends in them") {
  std::string text = "a,b,c\n";
  rows expected;
  std::mt19937_64 random{13};
  const std::string_view fields[] = {"1",          "22",         "word",        "",
                                     "\"quoted\"", "\"com,ma\"", "caf\xC3\xA9", "\"two\nlines\""};
  while (text.size() < 700'000) {
    std::vector<std::string> row;
    for (int i = 0; i < 3; ++i) {
      const std::string_view field =
          fields[random() % 100 < 90 ? random() % 4 : random() % std::size(fields)];
      text += (i > 0 ? "," : "") + std::string{field};
      row.emplace_back(field.starts_with('"') ? field.substr(1, field.size() - 2) : field);
    }
    text += random() % 2 == 0 ? "\n" : "\r\n";
    expected.push_back(std::move(row));
  }
  const auto in = read(text, {.digest = true});
  CHECK(in.report.rejected() == 0);
  CHECK(in.report.rows == expected.size());
  CHECK(in.report.bytes == text.size());
  CHECK(in.report.sha256 == stook::sha256_hex(text));
  CHECK((in.kept == expected));
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  CHECK(in.report.lines == lines);
}

TEST_CASE("a byte order mark and blank lines are skipped and noted") {
  const auto in = read(
      "\xEF\xBB\xBF"
      "a,b\n\n1,2\n \t\n");
  CHECK(in.kept == rows{{"1", "2"}});
  CHECK(in.report.columns == std::vector<std::string>{"a", "b"});
  CHECK(in.report.count(input_issue::byte_order_mark) == 1);
  CHECK(in.report.count(input_issue::blank_line) == 2);
}

TEST_CASE("a row with another number of fields is rejected by its line") {
  const auto in = read("a,b\n1\n1,2\n1,2,3\n");
  CHECK(in.kept == rows{{"1", "2"}});
  REQUIRE(in.report.issues.size() == 1);
  CHECK(in.report.issues[0].issue == input_issue::column_count);
  CHECK(in.report.issues[0].first[0].line == 2);
  CHECK(in.report.issues[0].first[1].line == 4);
  CHECK(in.report.issues[0].first[1].text == "3 fields, the header has 2");
}

TEST_CASE("an unterminated quote costs its own line and no other") {
  SUBCASE("at the end of the file") {
    const auto in = read("a,b\n1,2\n3,\"oops\n5,6\n7,8\n");
    CHECK(in.kept == rows{{"1", "2"}, {"5", "6"}, {"7", "8"}});
    CHECK(in.report.count(input_issue::unterminated_quote) == 1);
    CHECK(in.report.issues[0].first[0].line == 3);
  }
  SUBCASE("before a properly quoted field") {
    const auto in = read("a,b\n3,\"oops\n5,6\n7,\"eight\"\n9,10\n");
    CHECK(in.kept == rows{{"5", "6"}, {"7", "eight"}, {"9", "10"}});
    CHECK(in.report.rejected() == 1);
  }
  SUBCASE("twice") {
    const auto in = read("a,b\n1,\"x\n2,y\n3,\"z\n4,w\n");
    CHECK(in.kept == rows{{"2", "y"}, {"4", "w"}});
    CHECK(in.report.count(input_issue::unterminated_quote) == 2);
  }
  SUBCASE("on the last line, with and without a newline") {
    CHECK(read("a,b\n1,2\n3,\"").kept == rows{{"1", "2"}});
    CHECK(read("a,b\n1,2\n3,\"x\n").kept == rows{{"1", "2"}});
  }
  SUBCASE("with more behind it than a row may be long") {
    std::string text = "a,b\n1,\"x\n";
    for (int i = 0; i < 100; ++i) text += "2,y\n";
    const auto in = read(text, {.record_bytes = 64});
    CHECK(in.kept.size() == 100);
    CHECK(in.report.rejected() == 1);
  }
}

TEST_CASE("a row over several lines that is refused gives back all but its first line") {
  const scratch_dir scratch;
  input_report report;
  csv_reader reader{scratch.write("in.csv", "a,b\n1,\"x\n2,y\n3,z\"\n4,w\n"), report};
  csv_record record;
  REQUIRE(reader.next(record));
  CHECK(record.lines == 3);
  reader.reject(input_issue::bad_timestamp, record.fields[0]);
  REQUIRE(reader.next(record));
  CHECK(record.fields == std::vector<std::string_view>{"2", "y"});
  CHECK(record.line == 3);
  REQUIRE(reader.next(record));  // its stray quote is literal
  CHECK(record.fields == std::vector<std::string_view>{"3", "z\""});
  REQUIRE(reader.next(record));
  CHECK_FALSE(reader.next(record));
  CHECK_FALSE(reader.next(record));
  CHECK(report.rows == 3);
  CHECK(report.rejected() == 1);
  CHECK(report.lines == 5);
}

TEST_CASE("quotes inside an unquoted field are literal and noted") {
  const auto in = read("a,b\n1,he said \"no\" twice\n2,x\"y\n");
  CHECK(in.kept == rows{{"1", "he said \"no\" twice"}, {"2", "x\"y"}});
  CHECK(in.report.count(input_issue::stray_quote) == 2);
  CHECK(in.report.rejected() == 0);
}

TEST_CASE("quotes and carriage returns that leave no row are rejected") {
  const auto in = read("a,b\n1,\"x\"y,z\n2,\"x\" y\nlone\rreturn,2\n3,4\n");
  CHECK(in.kept == rows{{"3", "4"}});
  CHECK(in.report.count(input_issue::broken_quotes) == 3);
}

TEST_CASE("a quoted field that contains rows stays one field, as the grammar says, and is noted") {
  const auto in = read("ts,b\n2026-01-01,\"x\n2026-01-02,forged\"\n2026-01-03,y\n");
  CHECK(in.kept.size() == 2);
  CHECK(in.report.count(input_issue::rows_in_quotes) == 1);
}

TEST_CASE("NUL and broken UTF-8 are replaced and noted") {
  using namespace std::string_view_literals;
  const auto in = read("a,b\n1,caf\xE9\n2,a\0b\n3,caf\xC3\xA9\n\xC3,\xA9\n"sv);
  CHECK(in.kept == rows{{"1", "caf\xEF\xBF\xBD"},
                        {"2",
                         "a\xEF\xBF\xBD"
                         "b"},
                        {"3", "caf\xC3\xA9"},
                        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"}});
  CHECK(in.report.count(input_issue::repaired_text) == 3);
}

TEST_CASE("a line past the limit is rejected and the next one is read") {
  for (const std::size_t length : {100, 300'000, 2'000'000}) {
    CAPTURE(length);
    const auto in = read("a,b\n1,2\n3," + std::string(length, 'x') + "\n4,5\n", {.record_bytes = 64});
    CHECK(in.kept == rows{{"1", "2"}, {"4", "5"}});
    CHECK(in.report.count(input_issue::line_too_long) == 1);
    CHECK(in.report.issues[0].first[0].line == 3);
    CHECK(in.report.lines == 4);
  }
}

TEST_CASE("lines that cross the edges of the read buffer come out whole") {
  std::string text = "a,b\n";
  rows expected;
  for (int i = 0; text.size() < 1'000'000; ++i) {
    std::string field(static_cast<std::size_t>(i % 997), static_cast<char>('a' + i % 26));
    text += std::to_string(i) + ",\"" + field + "\n" + field + "\"\n";
    expected.push_back({std::to_string(i), field + "\n" + field});
  }
  const auto in = read(text, {.digest = true});
  CHECK(in.kept == expected);
  CHECK(in.report.bytes == text.size());
  CHECK(in.report.sha256 == stook::sha256_hex(text));
}

TEST_CASE("a file without a usable header is an error that says what was expected") {
  CHECK(contains(thrown_by(""), "input_header"));
  CHECK(contains(thrown_by(""), "in.csv: the file is empty; expected UTF-8 CSV text with a header line"));
  CHECK(contains(thrown_by("\n\n"), "there is no header line"));
  CHECK(contains(thrown_by("\xFF\xFE"
                           "t\0s\0"),
                 "UTF-16"));
  CHECK(contains(thrown_by("a,\"b\n1,2\n"), "line 1: the header line is broken"));
  CHECK(contains(thrown_by("a,b\r1,2\r"), "the header line is broken"));
  CHECK(contains(thrown_by("ts,rps,RPS\n"), "two columns named RPS"));
  CHECK(contains(thrown_by("a,b,c\n", {.columns = 2}), "3 columns, the limit is 2"));
  CHECK(contains(thrown_by("a\n1\n2\n3\n", {.rows = 2}), "more than 2 rows"));
}

TEST_CASE("a file that cannot be opened or read is an error") {
  input_report report;
  CHECK_THROWS_AS(csv_reader("/no/such/file.csv", report), stook::error);
  CHECK_THROWS_AS(csv_reader(std::filesystem::temp_directory_path(), report), stook::error);
}

TEST_CASE("columns are found whatever their case, and one that is missing is named") {
  const scratch_dir scratch;
  input_report report;
  csv_reader reader{scratch.write("in.csv", "TS, Message,\n"), report};
  CHECK(reader.required_column("ts") == 0);
  CHECK(reader.column("message") == 1);
  CHECK_FALSE(reader.column("level"));
  CHECK(report.columns[2] == "column_3");
  CHECK_THROWS_WITH_AS(
      reader.required_column("level"),
      doctest::Contains("expected a header line with a column level, found: TS,Message,column_3"),
      stook::error);
}
