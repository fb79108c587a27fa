#pragma once

#include <string>

#include <stook/core/describe.hpp>

/// What the tools of the fault tables take and what their agents answer, in the process and over sockets
/// alike.
namespace fault_table {

struct sql_args {
  std::string sql;
};
STOOK_DESCRIBE(sql_args, (sql, "One SELECT"))
struct scan_args {
  int minutes = 15;
};
STOOK_DESCRIBE(scan_args, (minutes, "How far back", stook::between{1, 1440}, stook::defaulted))
struct restart_args {
  std::string service;
};
STOOK_DESCRIBE(restart_args, (service))
struct cause_answer {
  std::string cause;
};
STOOK_DESCRIBE(cause_answer, (cause))

}  // namespace fault_table
