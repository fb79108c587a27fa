#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

namespace conformance {

/// How a case must end.
struct expectation {
  std::string run;  ///< ok, human, cancelled, error:CODE
  int tools = 0;    ///< functions that were entered
  int http = 0;     ///< requests that the server saw, and connections that it refused
  std::optional<std::string> tool_error{};
  int max_ms = 10'000;
  int max_rss_mb = 64;
};

/// One line of the table.
struct fault_case {
  std::string id, layer, fault, note;
  boost::json::array script;
  expectation expect;
  std::string unreadable;  ///< what is wrong with the line; then the rest is not to be used
};

/// Reads a table: tab-separated lines of id, layer, fault, script, expect and a note, and comments that begin
/// with #. A line that cannot be read is a case that says so. Throws std::runtime_error for a file that
/// cannot be opened or holds no case.
std::vector<fault_case> read_table(const std::string& path);

}  // namespace conformance
