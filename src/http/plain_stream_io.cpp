#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/stream_io.hpp"

namespace asio = boost::asio;

namespace stook::http {

task<std::size_t> async_read_some(plain_stream& from, asio::mutable_buffer into,
                                  boost::system::error_code& ec) {
  return from.async_read_some(into, asio::redirect_error(asio::use_awaitable_t<>{}, ec));
}

task<std::size_t> async_write_some(plain_stream& to, const unsent& left, boost::system::error_code& ec) {
  return to.async_write_some(left, asio::redirect_error(asio::use_awaitable_t<>{}, ec));
}

}  // namespace stook::http
