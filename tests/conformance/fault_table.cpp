#include "fault_table.hpp"

#include <fstream>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace conformance {
namespace {

namespace json = boost::json;

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = line.find('\t', from)) != std::string::npos; from = at + 1) {
    cells.push_back(line.substr(from, at - from));
  }
  cells.push_back(line.substr(from));
  return cells;
}

json::value parse(const std::string& text, const char* column) {
  json::parse_options options;
  options.max_depth = 64;
  boost::system::error_code wrong;
  json::value parsed = json::parse(text, wrong, {}, options);
  if (wrong) throw std::runtime_error(fmt::format("expected JSON as {}, got: {}", column, wrong.message()));
  return parsed;
}

int count_of(const json::value& value, std::string_view name) {
  const auto* number = value.if_int64();
  if (number && *number >= 0 && *number <= 1'000'000) return static_cast<int>(*number);
  throw std::runtime_error(fmt::format("expected a number from 0 to 1000000 as {}", name));
}

std::string text_of(const json::value& value, std::string_view name) {
  if (const auto* text = value.if_string()) return std::string(*text);
  throw std::runtime_error(fmt::format("expected a text as {}", name));
}

bool is_outcome(const std::string& run) {
  return run == "ok" || run == "human" || run == "cancelled" || (run.starts_with("error:") && run.size() > 6);
}

expectation expectation_of(const json::value& cell) {
  const auto* members = cell.if_object();
  if (!members) throw std::runtime_error("expected an object as expect");
  for (const char* needed : {"run", "tools", "http"}) {
    if (!members->contains(needed)) throw std::runtime_error(fmt::format("expect has no {}", needed));
  }
  expectation e;
  for (const auto& [key, value] : *members) {
    const std::string_view name(key.data(), key.size());
    if (name == "run") {
      e.run = text_of(value, name);
    } else if (name == "tools") {
      e.tools = count_of(value, name);
    } else if (name == "http") {
      e.http = count_of(value, name);
    } else if (name == "tool_error") {
      e.tool_error = text_of(value, name);
    } else if (name == "max_ms") {
      e.max_ms = count_of(value, name);
    } else if (name == "max_rss_mb") {
      e.max_rss_mb = count_of(value, name);
    } else if (name != "note") {
      throw std::runtime_error(fmt::format("unknown expectation \"{}\"", name));
    }
  }
  if (!is_outcome(e.run)) {
    throw std::runtime_error(
        fmt::format("expected run to be ok, human, cancelled or error:CODE, got \"{}\"", e.run));
  }
  return e;
}

void read(fault_case& into, const std::vector<std::string>& cells) {
  if (cells.size() < 5) {
    throw std::runtime_error(fmt::format("expected 5 or 6 columns, got {}", cells.size()));
  }
  into.layer = cells[1];
  into.fault = cells[2];
  if (cells.size() > 5) into.note = cells[5];
  const json::value script = parse(cells[3], "script");
  if (!script.is_array()) throw std::runtime_error("expected a list as script");
  into.script = script.get_array();
  into.expect = expectation_of(parse(cells[4], "expect"));
}

}  // namespace

std::vector<fault_case> read_table(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(fmt::format("there is no file {} that can be read", path));
  std::vector<fault_case> all;
  std::set<std::string> ids;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    fault_case& one = all.emplace_back();
    const std::vector<std::string> cells = cells_of(line);
    one.id = cells[0].empty() ? fmt::format("line {}", number) : cells[0];
    try {
      read(one, cells);
      if (!ids.insert(one.id).second) throw std::runtime_error("another case has this id");
    } catch (const std::exception& e) {
      one.unreadable = fmt::format("line {}: {}", number, e.what());
    }
  }
  if (all.empty()) throw std::runtime_error(fmt::format("{} holds no case", path));
  return all;
}

}  // namespace conformance
