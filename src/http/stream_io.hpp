#pragma once

#include <array>
#include <cstddef>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/system/error_code.hpp>
#include <stook/core/fwd.hpp>

namespace stook::http {

using plain_stream = boost::asio::ip::tcp::socket;
/// Around a socket of somebody else's.
using tls_stream = boost::beast::ssl_stream<plain_stream&>;

/// What is left of a request's head and body.
using unsent = boost::beast::buffers_suffix<std::array<boost::asio::const_buffer, 2>>;

// One read or write of a stream, with the error in `ec`. Each stream's is compiled once, for what Beast and
// Asio make of it takes seconds.
task<std::size_t> async_read_some(plain_stream& from, boost::asio::mutable_buffer into,
                                  boost::system::error_code& ec);
task<std::size_t> async_read_some(tls_stream& from, boost::asio::mutable_buffer into,
                                  boost::system::error_code& ec);
task<std::size_t> async_write_some(plain_stream& to, const unsent& left, boost::system::error_code& ec);
task<std::size_t> async_write_some(tls_stream& to, const unsent& left, boost::system::error_code& ec);

}  // namespace stook::http
