#pragma once

#include <string>
#include <vector>

#include "fault_server.hpp"

namespace conformance {

/// What is wrong with a request to OpenAI's Chat Completions; empty if nothing is: it is valid UTF-8 and
/// JSON, the ids of its calls are unique, each call has a valid name, arguments that are a JSON object and
/// exactly one result, before anything else is said, and no result is longer than 64 KiB and a note.
std::string flaw_of(const std::string& body);

/// The codes of the errors that the results of tools in these requests name.
std::vector<std::string> tool_errors(const std::vector<heard_request>& requests);

}  // namespace conformance
