// The sandbox against a list of attacks: STOOK_TEST_DATA/hostile_sql.txt, whose header explains its columns.

#include <stook/sql/readonly.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <stook/core/error.hpp>
#include <stook/sql/bulk_insert.hpp>
#include <stook/sql/database.hpp>

#include "scratch.hpp"

namespace {

namespace fs = std::filesystem;
using namespace stook::sqlite;

constexpr const char* secret = "SECRET-TOKEN-1234";

struct hostile_case {
  std::string id, category, expect, sql;
};

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

/// One macro without its braces: "rep 3:ab", "seq 1 3:c#,", "nul", "nl", "hex:FF80".
std::string expand(const std::string& macro) {
  if (macro == "nul") return std::string(1, '\0');
  if (macro == "nl") return "\n";
  const std::size_t colon = macro.find(':');
  std::istringstream head{macro.substr(0, colon)};
  const std::string text = macro.substr(colon + 1);
  std::string name, out;
  long first = 0, last = 0;
  head >> name >> first >> last;
  if (name == "rep") {
    for (long i = 0; i < first; ++i) out += text;
  } else if (name == "seq") {
    for (long i = first; i <= last; ++i) {
      std::string one = text;
      replace_all(one, "#", std::to_string(i));
      replace_all(one, "@", std::to_string(i - 1));
      out += one;
    }
  } else if (name == "hex") {
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
  } else {
    throw std::runtime_error("unknown macro " + macro);
  }
  return out;
}

std::string expand_all(std::string sql) {
  for (std::size_t at = 0; (at = sql.find("{{", at)) != std::string::npos;) {
    std::size_t end = sql.find("}}", at);
    while (end + 2 < sql.size() && sql[end + 2] == '}') ++end;  // a text that ends in braces itself
    const std::string out = expand(sql.substr(at + 2, end - at - 2));
    sql.replace(at, end + 2 - at, out);
    at += out.size();
  }
  return sql;
}

std::vector<hostile_case> read_cases(const fs::path& file) {
  std::vector<hostile_case> cases;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream columns{line};
    hostile_case c;
    std::getline(columns, c.id, '\t');
    std::getline(columns, c.category, '\t');
    std::getline(columns, c.expect, '\t');
    std::getline(columns, c.sql);
    c.sql = expand_all(c.sql);
    cases.push_back(std::move(c));
  }
  return cases;
}

/// The schema that the header of the list describes.
void fill(database& db) {
  db.exec(
      "CREATE TABLE logs(id INTEGER PRIMARY KEY, ts INTEGER, service TEXT, level TEXT, msg TEXT);"
      "CREATE TABLE metrics(ts INTEGER, service TEXT, name TEXT, value REAL);"
      "CREATE TABLE deploys(ts INTEGER, service TEXT, version TEXT, author TEXT);"
      "CREATE TABLE alerts(id TEXT PRIMARY KEY, ts INTEGER, service TEXT, payload TEXT);"
      "CREATE TABLE secrets(k TEXT, v TEXT);"
      "CREATE INDEX logs_ts ON logs(ts);"
      "CREATE VIEW errors AS SELECT * FROM logs WHERE level='ERROR';"
      "CREATE VIEW leak AS SELECT * FROM secrets;");
  constexpr std::int64_t start = 1'700'000'000;
  const auto service = [](int i) { return "svc" + std::to_string(i % 8); };
  transaction all{db};
  bulk_insert logs{db, "logs", {"id", "ts", "service", "level", "msg"}};
  for (int i = 0; i < 200'000; ++i) {
    logs.add(i, start + i / 2, service(i), i % 17 == 0 ? "ERROR" : "INFO",
             fmt::format("request {} handled by worker {} in {} ms", i, i % 31, i * 7919 % 2'000));
  }
  logs.finish();
  bulk_insert metrics{db, "metrics", {"ts", "service", "name", "value"}};
  for (int i = 0; i < 100'000; ++i)
    metrics.add(start + i, service(i), i / 8 % 2 ? "cpu" : "latency", i * 31 % 997 / 7.0);
  metrics.finish();
  bulk_insert deploys{db, "deploys", {"ts", "service", "version", "author"}};
  for (int i = 0; i < 300; ++i) deploys.add(start + i * 333, service(i), fmt::format("v{}", i), "ann");
  deploys.finish();
  bulk_insert alerts{db, "alerts", {"id", "ts", "service", "payload"}};
  for (int i = 0; i < 2'000; ++i) {
    alerts.add(fmt::format("A{}", i), start + i * 50, service(i),
               R"({"annotations":{"summary":"p95 high"},"labels":{"team":"core"}})");
  }
  alerts.finish();
  db.prepare("INSERT INTO secrets VALUES('api_key', ?)").bind_all(secret).run();
  all.commit();
}

std::string read_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream all;
  all << in.rdbuf();
  return std::move(all).str();
}

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator{folder})
    files[entry.path().filename()] = read_file(entry.path());
  return files;
}

/// VACUUM INTO and ATTACH of the list name files without a folder: they would come up here.
class working_folder {
 public:
  explicit working_folder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  ~working_folder() { fs::current_path(before_); }

 private:
  fs::path before_;
};

struct outcome {
  std::optional<query_result> result;
  std::string code, message;
  std::chrono::milliseconds took{0};
};

outcome attack(const readonly& db, const std::string& sql) {
  outcome out;
  const auto start = std::chrono::steady_clock::now();
  try {
    out.result = db.select(sql);
  } catch (const stook::error& e) {
    out.code = e.code();
    out.message = e.what_failed().message + ' ' + e.what_failed().hint;
  }
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return out;
}

}  // namespace

TEST_CASE("no statement of the hostile list gets through, and every benign one does") {
  const fs::path list = fs::path{STOOK_TEST_DATA} / "hostile_sql.txt";
  if (!fs::exists(list)) {
    MESSAGE("skipped: no " << list.string());
    return;
  }
  const std::vector<hostile_case> cases = read_cases(list);
  REQUIRE(cases.size() > 100);

  const scratch_folder folder;
  {
    database db = database::open(folder / "run.db");
    fill(db);
  }
  using namespace std::chrono_literals;
  const readonly_options options{.tables = {"logs", "metrics", "deploys", "alerts", "errors"},
                                 .deadline = 750ms};
  const readonly db = open_readonly(folder / "run.db", options);
  // Whether an honest query passes must not hang on how busy the machine is.
  const readonly patient = open_readonly(folder / "run.db", {.tables = options.tables, .deadline = 30s});
  const auto before = files_of(folder.path());
  const working_folder here{folder.path()};

  // Under a sanitizer or on a busy machine the instruction that the deadline falls into takes longer, too.
  // What is not stopped takes minutes.
  const auto patience = options.deadline + 5s;
  std::map<std::string, int> counts;
  for (const hostile_case& c : cases) {
    CAPTURE(c.id);
    CAPTURE(c.category);
    const outcome out = attack(c.expect == "ok" ? patient : db, c.sql);
    CAPTURE(out.code);
    CAPTURE(out.message);
    ++counts[c.expect];
    if (c.expect != "ok") CHECK(out.took < patience);
    CHECK(out.message.find(secret) == std::string::npos);
    CHECK(out.message.find("handled by worker") == std::string::npos);
    CHECK(out.message.size() < 1'000);
    if (out.result) {
      const std::string text = to_json_text(*out.result);
      CHECK(text.find(secret) == std::string::npos);
      CHECK(text.size() < options.bytes + 200);
      CHECK(out.result->rows.size() <= options.rows);
    }
    if (c.expect == "deny") {
      CHECK_FALSE(out.result);
    } else if (c.expect == "ok") {
      CHECK((out.result && !out.result->rows.empty()));
    } else {
      CHECK(c.expect == "stop");
    }
  }
  CHECK((files_of(folder.path()) == before));
  MESSAGE(counts["deny"] << " denied, " << counts["stop"] << " stopped, " << counts["ok"] << " benign");
}
