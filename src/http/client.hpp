#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <stook/core/fwd.hpp>

#include "http/egress.hpp"
#include "http/resolver.hpp"
#include "http/transport_error.hpp"
#include "http/url.hpp"

namespace stook::http {

struct header {
  std::string name;
  std::string value;
};

/// The body outlives the sending.
struct request {
  std::string method = "POST";
  url to;
  std::vector<header> headers{};
  std::string_view body{};
};

/// 0 stands for no limit.
struct timeouts {
  std::chrono::milliseconds connect{10'000};      ///< name, connection and TLS together
  std::chrono::milliseconds first_byte{300'000};  ///< from the request's last byte to the reply's header
  std::chrono::milliseconds idle{60'000};         ///< between two pieces of the body, sent or read
  std::chrono::milliseconds total{600'000};       ///< from the beginning to the body's last byte
};

struct client_options {
  timeouts times{};
  std::size_t max_header_bytes = 64U << 10U;
  std::size_t max_body_bytes = 16U << 20U;
  std::size_t idle_connections = 1024;  ///< kept for later, to each server: what a crowd of agents needs
  /// How long one is kept. Routers forget those that are quiet for minutes, and then drop what is sent.
  std::chrono::milliseconds keep_for{90'000};
  std::optional<std::string> proxy{};    ///< http://host:port; the environment is not asked
  std::optional<std::string> ca_file{};  ///< PEM; in place of the system's authorities
  egress_rules egress{};
  name_lookup lookup{};  ///< of host names; empty: the system's
};

/// A reply whose body is pulled. Destroyed before the body's end it closes the connection, which tells the
/// server to stop; read to the end it leaves the connection to the next request, at the latest when it is
/// destroyed. Move only; one coroutine at a time.
class response {
 public:
  class core;
  explicit response(std::unique_ptr<core> c);
  ~response();
  response(response&&) noexcept;
  response& operator=(response&&) noexcept;

  unsigned status() const;
  /// Value of the first header of this name, whose case does not count; empty if there is none.
  std::string_view header(std::string_view name) const;
  /// The next piece of the body, until the next call; empty at the end.
  task<std::string_view> async_read_some();
  /// What is left of the body, at most `most` bytes of it; it stays for as long as the reply does. A body
  /// whose length was announced is not copied.
  task<std::string_view> async_read_all(std::size_t most = std::size_t(-1));

 private:
  std::unique_ptr<core> core_;
};

/// Sends requests over HTTP/1.1, with connections that are kept for the next one. It follows no redirect and
/// asks for no compression. TLS is 1.2 or newer, and the server's certificate and name are always checked.
/// Connections belong to the execution context that made them and end with it; a client may be used from
/// several. Names are looked up on threads that the process keeps for that once one is.
class client {
 public:
  /// Throws `error`: bad_url for the proxy, bad_egress_rule, bad_ca_file.
  explicit client(client_options options = {});
  ~client();

  /// Sends and reads the reply's header. Throws `transport_error`, or `error` with code bad_request for what
  /// HTTP cannot carry and for Host, Content-Length and Transfer-Encoding, which the client writes itself; on
  /// cancellation the connection is closed and operation_aborted thrown. A kept connection that proves closed
  /// before a byte came is replaced once, in silence.
  task<response> async_send(const request& r) const;

 private:
  struct shared;
  std::shared_ptr<const shared> shared_;
};

}  // namespace stook::http
