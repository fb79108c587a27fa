#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/client.hpp"
#include "http/deadlines.hpp"
#include "http/stopwatch.hpp"
#include "http/stream_io.hpp"

namespace stook::http {

class idle_connections;

/// One connection to a server, through TLS where its URL says so. One coroutine at a time uses it.
class connection {
 public:
  /// To be made where the coroutine runs that uses it first. Between two pieces of a body no more than
  /// `max_header_bytes` are held, as in a reply's header.
  connection(const boost::asio::any_io_executor& here, url server, std::size_t max_header_bytes);

  /// Resolves, checks the addresses and connects, by way of the proxy if there is one.
  task<void> async_connect(const client_options& options, const std::optional<url>& proxy,
                           boost::asio::ssl::context& tls, const stopwatch& watch);

  /// Whom it leads to.
  const url& server() const { return server_; }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  /// What is done with the socket as long as the guard lives is over by then.
  deadlines::guard limit(std::optional<deadlines::time_point> until) {
    return {deadlines_, socket_, socket_.get_executor(), until};
  }

  /// Calls `use` with the stream that requests are written to.
  template <typename Use>
  auto with_stream(Use use) {
    return tls_ ? use(*tls_) : use(socket_);
  }

  bool is_secure() const { return tls_ != nullptr; }
  boost::beast::flat_buffer& buffer() { return buffer_; }
  /// Those of its context.
  idle_connections& others() { return others_; }
  /// True if it is open and its server has said nothing: what comes before a request is no reply to it.
  bool quiet();
  /// True for one that served a request before.
  bool used() const { return used_; }
  void mark_used() {
    used_ = true;
    used_at_ = std::chrono::steady_clock::now();
  }
  /// When it was marked last.
  std::chrono::steady_clock::time_point used_at() const { return used_at_; }

 private:
  void open_socket(const boost::asio::ip::tcp& protocol, boost::system::error_code& ec);
  task<void> async_open(const url& to, const client_options& options, const stopwatch& watch);
  task<void> async_tunnel(const client_options& options, const stopwatch& watch);
  task<void> async_secure(boost::asio::ssl::context& tls, const stopwatch& watch);

  url server_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<tls_stream> tls_;
  deadlines& deadlines_;
  idle_connections& others_;
  boost::beast::flat_buffer buffer_;
  bool used_ = false;
  std::chrono::steady_clock::time_point used_at_{};
};

}  // namespace stook::http
