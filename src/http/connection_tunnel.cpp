#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "http/connection.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {

task<void> connection::async_tunnel(const client_options& options, const stopwatch& watch) {
  const url& to = server_;
  const std::string host = to.host.find(':') == std::string::npos ? to.host : "[" + to.host + "]";
  const std::string head = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n\r\n", host, to.port);
  deadlines::guard in_time = limit(watch.until(phase::connect));
  boost::system::error_code ec;
  auto writing =
      asio::async_write(socket_, asio::buffer(head), asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(writing);
  if (ec && in_time.end()) ec = beast::error::timeout;
  if (ec) rethrow_connect(ec, to, watch);
  beast::http::response_parser<beast::http::empty_body> reply;
  reply.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  reply.skip(true);  // nothing but the tunnel follows
  auto reading =
      beast::http::async_read_header(socket_, buffer_, reply, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(reading);
  if (in_time.end()) ec = beast::error::timeout;
  if (ec) rethrow_connect(ec, to, watch);
  const unsigned status = reply.get().result_int();
  if (status / 100 != 2) {
    throw transport_error(
        {"http.connect", fmt::format("the proxy did not connect to {}: it answered {}", origin(to), status),
         "check the proxy", status / 100 == 5},
        false);
  }
  if (buffer_.size() != 0) {
    throw transport_error(
        {"http.connect", fmt::format("the proxy said more than that it had connected to {}", origin(to)),
         "check the proxy", true},
        false);
  }
}

}  // namespace stook::http
