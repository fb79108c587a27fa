#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "http/client.hpp"
#include "http/stopwatch.hpp"
#include "http/stream_io.hpp"

namespace stook::http {

/// One connection to a server, through TLS where its URL says so. All of its operations run on its strand.
class connection {
 public:
  /// Between two pieces of a body no more than `max_header_bytes` are held, as in a reply's header.
  connection(boost::asio::any_io_executor strand, std::size_t max_header_bytes);

  /// Resolves, checks the addresses and connects, by way of the proxy if there is one.
  task<void> async_connect(const url& to, const client_options& options, const std::optional<url>& proxy,
                           boost::asio::ssl::context& tls, const stopwatch& watch);

  const boost::asio::any_io_executor& strand() const { return strand_; }
  /// The socket with its time limit.
  plain_stream& socket() { return tls_ ? tls_->next_layer() : *plain_; }
  void set_limit(std::optional<std::chrono::steady_clock::time_point> until);

  /// Calls `use` with the stream that requests are written to.
  template <typename Use>
  auto with_stream(Use use) {
    return tls_ ? use(*tls_) : use(*plain_);
  }

  bool is_secure() const { return tls_ != nullptr; }
  boost::beast::flat_buffer& buffer() { return buffer_; }
  /// True if it is open and its server has said nothing: what comes before a request is no reply to it.
  bool quiet();
  /// True for one that served a request before.
  bool used() const { return used_; }
  void mark_used() { used_ = true; }

 private:
  task<void> async_open(const url& to, const url& server, const client_options& options,
                        const stopwatch& watch);
  task<void> async_tunnel(const url& to, const client_options& options, const stopwatch& watch);
  task<void> async_secure(const url& to, boost::asio::ssl::context& tls, const stopwatch& watch);

  boost::asio::any_io_executor strand_;
  std::unique_ptr<plain_stream> plain_;
  std::unique_ptr<tls_stream> tls_;
  boost::beast::flat_buffer buffer_;
  bool used_ = false;
};

}  // namespace stook::http
