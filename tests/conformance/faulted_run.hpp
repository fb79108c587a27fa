#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "support/sanitized.hpp"

namespace conformance {

/// Sanitizers take memory of their own, and time: how many times as long a bound is.
inline constexpr int slower = sanitized ? 2 : 1;
/// For limits and pauses that nothing waits out: only what hangs comes to such a limit.
inline constexpr int patience = sanitized ? 20 : 1;

/// The key that the model is given: no output may hold it.
inline constexpr const char* marked_key = "sk-conformance-5f1c0de94ab7";

/// What a run in a process of its own is told.
struct run_setting {
  std::string url;
  std::string ca_file;
  bool stream = true;
  bool structured = false;
  std::string record;  ///< cassette to write
  std::string resume;  ///< cassette of a run that was killed; empty for none
};

boost::json::object to_json(const run_setting& s);
run_setting setting_of(const boost::json::object& from);

/// Runs one agent against the server and prints a line of JSON that says how it ended. Prints "refused" and
/// waits for "go" on the standard input where nobody listens; "cancel" there cancels the run. The exit code
/// of the process.
int run_faulted(const run_setting& setting);

}  // namespace conformance
