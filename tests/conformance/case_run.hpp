#pragma once

#include <string>
#include <vector>

#include "fault_table.hpp"

namespace conformance {

/// Plays one case in every transport that it has, each against a server and in a process of its own. What
/// differs from what is expected, as sentences; none if it passes. `program` is the path of this program.
std::vector<std::string> run_case(const fault_case& c, const std::string& program);

}  // namespace conformance
