#pragma once

#include <string>

#include <stook/core/time.hpp>

namespace stook::sre {

/// Something that was done to the system: a deploy, a change of configuration.
struct change_event {
  timestamp ts;
  std::string kind;     ///< as the file has it, for example "deploy"
  std::string service;  ///< may be empty
  std::string detail;   ///< may be empty

  friend bool operator==(const change_event&, const change_event&) = default;
};

/// One service calls another.
struct call_edge {
  std::string caller;
  std::string callee;

  friend bool operator==(const call_edge&, const call_edge&) = default;
};

}  // namespace stook::sre
