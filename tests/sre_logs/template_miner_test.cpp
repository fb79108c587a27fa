#include <oncall/logs/template_miner.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <oncall/data/csv_reader.hpp>
#include <stook/core/error.hpp>
#include <stook/core/json.hpp>

using namespace stook::sre;

namespace {

struct labelled_log {
  std::vector<std::string> lines;
  std::vector<std::string> labels;
};

labelled_log load_labelled(const std::filesystem::path& file) {
  input_report report;
  csv_reader reader(file, report);
  const std::size_t content = reader.required_column("Content");
  const std::size_t event = reader.required_column("EventId");
  labelled_log out;
  for (csv_record record; reader.next(record);) {
    out.lines.emplace_back(record.fields[content]);
    out.labels.emplace_back(record.fields[event]);
  }
  return out;
}

struct grouping_score {
  double accuracy = 0;  // share of lines whose group is exactly the group of their label
  double f1 = 0;        // of groups
};

// Zhu et al., "Tools and Benchmarks for Automated Log Parsing" (ICSE-SEIP 2019); F1 over groups as in Khan et
// al., "Guidelines for Assessing the Accuracy of Log Message Template Identification" (ICSE 2022).
grouping_score score(const std::vector<std::uint32_t>& ids, const std::vector<std::string>& labels) {
  std::map<std::uint32_t, std::vector<std::size_t>> found;
  std::map<std::string, std::vector<std::size_t>> wanted;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    found[ids[i]].push_back(i);
    wanted[labels[i]].push_back(i);
  }
  double right_groups = 0;
  double right_lines = 0;
  for (const auto& [id, rows] : found) {
    if (wanted[labels[rows.front()]] != rows) continue;
    ++right_groups;
    right_lines += static_cast<double>(rows.size());
  }
  return {.accuracy = right_lines / static_cast<double>(ids.size()),
          .f1 = 2 * right_groups / static_cast<double>(found.size() + wanted.size())};
}

std::vector<std::uint32_t> mine(const std::vector<std::string>& lines) {
  template_miner miner;
  std::vector<std::uint32_t> ids;
  for (const std::string& line : lines) ids.push_back(miner.add(line));
  return ids;
}

}  // namespace

TEST_CASE("lines that differ in their numbers share a template with typed variables") {
  template_miner miner;
  const auto a = miner.add("connection from 10.0.0.1 port 4711 after 3.5 s on /var/run/a uid=7");
  const auto b = miner.add("connection from 10.0.0.9 port 4712 after 2 s on /var/run/b uid=12");
  CHECK(a == b);
  const auto found = miner.find(a);
  REQUIRE(found);
  CHECK(found->count == 2);
  CHECK(found->text == "connection from <*> port <*> after <*> s on <*> uid=<*>");
  CHECK(found->typed_text == "connection from <ip> port <int> after <float> s on <path> uid=<int>");
  CHECK(found->types == std::vector{variable_type::ip, variable_type::integer, variable_type::decimal,
                                    variable_type::path, variable_type::integer});
}

TEST_CASE("lines of other words are other templates") {
  template_miner miner;
  CHECK(miner.add("session opened for user root") != miner.add("session closed for user root"));
  CHECK(miner.add("a b c") != miner.add("a b c d"));
  CHECK(miner.size() == 4);
}

TEST_CASE("a word that varies within a long line becomes a variable") {
  template_miner miner;
  const auto first = miner.add("the job of tenant alpha has ended with no errors today");
  const auto second = miner.add("the job of tenant beta has ended with no errors today");
  CHECK(first == second);
  CHECK(miner.find(first)->text == "the job of tenant <*> has ended with no errors today");
  CHECK(miner.add("the job of tenant gamma has ended with no errors today") == first);
}

TEST_CASE("a line of mostly variables finds its template again") {
  template_miner miner;
  std::set<std::uint32_t> ids;
  for (int i = 0; i < 100; ++i)
    ids.insert(miner.add(fmt::format("stats {} {} {} {} {}", i, i * 2, i * 3, i, i)));
  CHECK(ids.size() == 1);
}

TEST_CASE("white space and control characters only separate") {
  template_miner miner;
  CHECK(miner.add("  disk\tis \x01 full\r\n") == miner.add("disk is full"));
  const auto empty = miner.add("");
  CHECK(miner.add(" \t\n") == empty);
  CHECK(miner.find(empty)->text.empty());
}

TEST_CASE("ids are stable, given once, and the same for the same lines") {
  std::vector<std::string> lines;
  std::mt19937 random{5};
  for (int i = 0; i < 5'000; ++i) {
    lines.push_back(fmt::format("worker {} event{} took {} ms", random() % 90, char('a' + random() % 20),
                                random() % 1'000));
  }
  CHECK(mine(lines) == mine(lines));
  CHECK(mine(lines).front() == 0);
}

TEST_CASE("memory stays bounded: the least recently seen template goes, and its id is not given again") {
  template_miner miner({.templates = 10});
  const auto word = [](int i) {
    return std::string(1, static_cast<char>('a' + i / 26)) + static_cast<char>('a' + i % 26);
  };
  const auto first = miner.add("keep me please");
  const auto lost = miner.add("lose me please");
  std::set<std::uint32_t> ids{first, lost};
  for (int i = 0; i < 200; ++i) {
    ids.insert(miner.add(word(i) + " " + word(i) + "x happened"));
    CHECK(miner.add("keep me please") == first);
    CHECK(miner.size() <= 10);
  }
  CHECK(ids.size() == 202);
  CHECK(miner.dropped() == 192);
  CHECK_FALSE(miner.find(lost));
  CHECK(miner.add("lose me please") > *ids.rbegin());
}

TEST_CASE("lines made to fill one leaf of the tree do not make it slow") {
  template_miner miner;
  std::mt19937 random{11};
  std::string line;
  for (int i = 0; i < 20'000; ++i) {
    line = "same start";
    for (int word = 0; word < 20; ++word) {
      line += ' ';
      for (int c = 0; c < 6; ++c) line += static_cast<char>('a' + random() % 26);
    }
    miner.add(line);
  }
  CHECK(miner.size() <= 128);
}

TEST_CASE("hostile bytes give bounded, valid text") {
  template_miner miner;
  const std::string huge(5'000'000, 'x');
  const auto id = miner.add("start " + huge + " end");
  CHECK(miner.find(id)->text == "start <*> end");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "word ";
  CHECK(miner.find(miner.add(many))->text.size() < 96 * 6);
  const auto bad = miner.find(miner.add("broken \xff\xfe\xc3 bytes \xe2\x80\xae here"));
  CHECK(stook::is_valid_utf8(bad->text));
  CHECK(bad->text.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("bounds that make no sense are refused") {
  CHECK_THROWS_AS(template_miner({.templates = 0}), stook::error);
  CHECK_THROWS_AS(template_miner({.similar = 0}), stook::error);
  CHECK_THROWS_AS(template_miner({.tokens = 2}), stook::error);
}

TEST_CASE("one configuration groups the labelled public logs") {
  const std::filesystem::path folder = std::filesystem::path{STOOK_TEST_DATA} / "loghub";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: the labelled logs are not here");
    return;
  }
  double accuracy = 0;
  double f1 = 0;
  int sets = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".csv") continue;
    const labelled_log log = load_labelled(file.path());
    REQUIRE(log.lines.size() == 2'000);
    const grouping_score now = score(mine(log.lines), log.labels);
    MESSAGE(file.path().stem().string(), ": grouping accuracy ", now.accuracy, ", F1 of groups ", now.f1);
    accuracy += now.accuracy;
    f1 += now.f1;
    ++sets;
  }
  REQUIRE(sets > 0);
  MESSAGE("mean of ", sets, ": ", accuracy / sets, ", ", f1 / sets);
  CHECK(accuracy / sets >= 0.90);
  CHECK(f1 / sets >= 0.90);
}
