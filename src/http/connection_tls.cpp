#include <string>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>

#include "http/connection.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {

task<void> connection::async_secure(asio::ssl::context& tls, const stopwatch& watch) {
  const url& to = server_;
  tls_ = std::make_unique<tls_stream>(socket_, tls);
  boost::system::error_code no_address;
  asio::ip::make_address(to.host, no_address);
  const bool named = no_address.failed();
  if (named && SSL_set_tlsext_host_name(tls_->native_handle(), to.host.c_str()) != 1) {
    throw transport_error({"http.tls", fmt::format("{}: the name cannot be sent to the server", origin(to))},
                          false);
  }
  tls_->set_verify_callback(asio::ssl::host_name_verification(to.host));
  deadlines::guard in_time = limit(watch.until(phase::connect));
  boost::system::error_code ec;
  auto shaking =
      tls_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(shaking);
  if (in_time.end()) ec = beast::error::timeout;
  if (!ec) co_return;
  if (ec == beast::error::timeout || ec == asio::error::operation_aborted) rethrow_connect(ec, to, watch);
  const long verdict = SSL_get_verify_result(tls_->native_handle());
  // The check of the name gives no reason of its own.
  const std::string why = verdict == X509_V_OK                ? ec.message()
                          : verdict == X509_V_ERR_UNSPECIFIED ? "its certificate is for another name"
                                                              : X509_verify_cert_error_string(verdict);
  throw transport_error({"http.tls", fmt::format("{}: no trusted TLS connection: {}", origin(to), why),
                         "check the server's certificate, or name its authority with ca_file"},
                        false);
}

}  // namespace stook::http
