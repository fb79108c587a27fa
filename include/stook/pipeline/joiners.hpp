#pragma once

#include <string>
#include <vector>

#include <stook/core/describe.hpp>
#include <stook/pipeline/socket.hpp>
#include <stook/pipeline/socket_values.hpp>

namespace stook {

/// Joins the ways into a loop: passes on, unchanged, whichever value comes first.
class branch_joiner {
 public:
  std::string type = "any";

  stook::sockets declare() const;
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(branch_joiner, (type, "Type of the value", stook::defaulted))

/// Waits for all of its senders and makes one list of their lists, in the order in which they ran.
class list_joiner {
 public:
  std::string type = "list";

  stook::sockets declare() const;
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(list_joiner, (type, "Type of the lists", stook::defaulted))

/// Waits for all of its senders and makes one text of theirs.
class string_joiner {
 public:
  std::string separator = "\n";

  struct in {
    variadic<std::string> strings;
  };
  std::string run(in i) const;
};
STOOK_DESCRIBE(string_joiner, (separator, "Between two texts", stook::defaulted))
STOOK_DESCRIBE(string_joiner::in, (strings))

/// Takes one part out of a value: `/items/0/name` (RFC 6901). The value is looked at as JSON.
class output_adapter {
 public:
  std::string path;
  std::string type = "any";

  stook::sockets declare() const;
  /// Throws `error` with code adapter_path if the value has no such part.
  void run(const socket_values& in, socket_results& out) const;
};
STOOK_DESCRIBE(output_adapter, (path, "JSON Pointer to the part", stook::example{"\"/items/0/name\""}),
               (type, "Type of the part", stook::defaulted))

}  // namespace stook
