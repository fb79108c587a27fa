#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "fault_script.hpp"
#include "support/fake_server.hpp"

namespace conformance {

/// A request as the server heard it.
struct heard_request {
  std::string head, body;
  int connection = 0;
};

/// What a script has come to.
struct played {
  std::vector<heard_request> requests;
  int refused = 0;             ///< connections that found nobody
  bool reused_spoilt = false;  ///< a request came on a connection that must not be used again
  bool script_was_over = false;
};

/// A server on loopback that plays a script to whoever asks, byte by byte. It knows as much HTTP as a request
/// needs, and nothing of stook.
class fault_server {
 public:
  explicit fault_server(fault_script script, transport way);
  ~fault_server();

  std::string base_url() const;
  /// PEM file of the authority of a TLS server; empty for a plain one.
  const std::string& ca_file() const { return ca_file_; }

  /// A client met a closed port. The next exchange is due then.
  void note_refused();
  /// True once the last exchange has begun.
  bool plays_last() const;
  /// True while an exchange waits for its client to be killed. Says so once an exchange.
  bool wants_kill();
  played so_far() const;

 private:
  void talk(fake::peer& p, int number);
  void talk_tls(fake::peer& p, int number);
  /// The next exchange, for this request; nothing where the script is over.
  std::optional<exchange> take(heard_request request);
  /// What the script has between two requests. False if the connection is to be closed.
  bool stays_open();
  bool play(fake::peer& p, const exchange& e, const heard_request& request);
  bool play_body(fake::peer& p, const exchange& e, const std::string& body);
  bool play_flood(fake::peer& p, const exchange& e);
  void make_identity();

  const fault_script script_;
  const transport way_;
  mutable std::mutex mutex_;
  std::size_t next_ = 0;
  bool wants_kill_ = false;
  std::vector<int> spoilt_;  // connections
  played played_;
  std::string ca_file_;
  std::unique_ptr<boost::asio::ssl::context> tls_;
  fake::server server_;  // last: its threads use the others
};

}  // namespace conformance
