#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "completion.hpp"

namespace conformance {

/// What the server does with one request, or between two of them.
struct exchange {
  enum class act {
    reply,       ///< head and body, whole or cut
    hang,        ///< says no more
    drip,        ///< a byte of the body now and then
    flood,       ///< a body that does not end soon
    refuse,      ///< nobody listens when the client connects
    close_idle,  ///< closes the connection that waits for the next request
  };
  enum class ending { whole, fin, rst, stall };
  enum class place { before_head, after_head, in_body };

  act what = act::reply;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<reply_body> body{};  ///< none: that of an error
  ending ends = ending::whole;
  std::size_t kept = 0;  ///< bytes of the body before a cut
  place hangs = place::after_head;
  std::size_t piece_bytes = 0;         ///< of the body that go in one write; 0: as the transport has it
  std::chrono::milliseconds delay{0};  ///< before the head
  std::chrono::milliseconds drip{0};   ///< between two bytes
  std::string flood_begins{}, flood_repeats{};
  std::uint64_t flood_bytes = 0;
  bool kills_client = false;  ///< while it waits
  bool spoils_line = false;   ///< the connection must not be used again
};

/// A script, ready to be played.
struct fault_script {
  std::vector<exchange> exchanges;
  std::string tls;             ///< wrong_name, expired or self_signed; empty for plain HTTP
  bool is_structured = false;  ///< a reply is JSON that an answer of a type could be
};

/// True if the script speaks of server-sent events, which are sent only to who asks for them.
bool is_stream_only(const boost::json::array& script);

/// Reads a script in one of its forms. Throws std::runtime_error, with the number of the entry, for a
/// directive that is not known or not whole.
fault_script read_script(const boost::json::array& script, transport way);

}  // namespace conformance
