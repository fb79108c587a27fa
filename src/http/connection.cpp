#include "http/connection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "http/resolver.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace stook::http {
namespace {

// One read of the socket then takes what is there; a fresh buffer makes Beast read 512 bytes at a time.
constexpr std::size_t buffer_bytes = 64U << 10U;

using endpoints = std::vector<asio::ip::tcp::endpoint>;

task<endpoints> async_find(const asio::any_io_executor& strand, const url& server, const name_lookup& lookup,
                           const stopwatch& watch) {
  boost::system::error_code no_address;
  const auto literal = asio::ip::make_address(server.host, no_address);
  if (!no_address) co_return endpoints(1, asio::ip::tcp::endpoint(literal, server.port));
  auto resolving = async_resolve(strand, server.host, lookup, watch.until(phase::connect));
  const resolved_name found = co_await std::move(resolving);
  if (!found.in_time) throw watch.overdue(phase::connect, server, false);
  if (found.failed) {
    throw transport_error(
        {"http.connect", fmt::format("the name {} was not resolved: {}", server.host, found.failed.message()),
         "check the name and the network", true},
        false);
  }
  endpoints out;
  for (const asio::ip::address& one : found.addresses) out.emplace_back(one, server.port);
  co_return out;
}

[[noreturn]] void rethrow_connect(const boost::system::error_code& ec, const url& server,
                                  const stopwatch& watch) {
  if (ec == beast::error::timeout) throw watch.overdue(phase::connect, server, false);
  if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
  throw transport_error({"http.connect", fmt::format("no connection to {}: {}", origin(server), ec.message()),
                         "check that the server runs and is reached from here", true},
                        false);
}

}  // namespace

stopwatch::stopwatch(const timeouts& limits) : limits_(limits) {
  const auto now = std::chrono::steady_clock::now();
  connect_by_ = now + limits.connect;
  total_by_ = now + limits.total;
}

std::optional<std::chrono::steady_clock::time_point> stopwatch::until(phase p) const {
  std::optional<std::chrono::steady_clock::time_point> out;
  if (limits_.total.count() > 0) out = total_by_;
  const auto sooner = [&](std::chrono::steady_clock::time_point t) { out = out ? std::min(*out, t) : t; };
  if (p == phase::connect && limits_.connect.count() > 0) sooner(connect_by_);
  const auto limit = p == phase::first_byte ? limits_.first_byte : limits_.idle;
  if (p != phase::connect && limit.count() > 0) sooner(std::chrono::steady_clock::now() + limit);
  return out;
}

// A reply that is slow as a whole would be so again; one that did not begin may have been unlucky.
transport_error stopwatch::overdue(phase p, const url& server, bool answer_began) const {
  const bool in_all = limits_.total.count() > 0 && std::chrono::steady_clock::now() >= total_by_;
  const auto [what, limit] = in_all                ? std::pair("the whole reply", limits_.total)
                             : p == phase::connect ? std::pair("the connection", limits_.connect)
                             : p == phase::first_byte
                                 ? std::pair("the reply's first byte", limits_.first_byte)
                             : p == phase::send ? std::pair("the server to take the request", limits_.idle)
                                                : std::pair("the next piece of the reply", limits_.idle);
  return transport_error(
      {"http.timeout", fmt::format("{}: waited {} ms for {}", origin(server), limit.count(), what),
       "raise that timeout, or ask for less", !in_all},
      answer_began);
}

// Beast bounds neither the extension of a chunk nor a trailer; the buffer does.
connection::connection(asio::any_io_executor strand, std::size_t max_header_bytes)
    : strand_(std::move(strand)),
      plain_(std::make_unique<plain_stream>(strand_)),
      buffer_(max_header_bytes + buffer_bytes) {
  buffer_.reserve(buffer_bytes);
}

bool connection::quiet() {
  auto& s = socket().socket();
  boost::system::error_code ec;
  char c = 0;
  s.receive(asio::buffer(&c, 1), asio::socket_base::message_peek, ec);
  return ec == asio::error::would_block || ec == asio::error::try_again;
}

void connection::set_limit(std::optional<std::chrono::steady_clock::time_point> until) {
  if (until) {
    socket().expires_at(*until);
  } else {
    socket().expires_never();
  }
}

task<void> connection::async_connect(const url& to, const client_options& options,
                                     const std::optional<url>& proxy, asio::ssl::context& tls,
                                     const stopwatch& watch) {
  auto opening = async_open(to, proxy ? *proxy : to, options, watch);
  co_await std::move(opening);
  if (proxy && to.tls) {
    auto tunnelling = async_tunnel(to, options, watch);
    co_await std::move(tunnelling);
  }
  if (to.tls) {
    auto securing = async_secure(to, tls, watch);
    co_await std::move(securing);
  }
}

// The rules are for the server; a proxy is where the user wants the traffic, and resolves names itself.
task<void> connection::async_open(const url& to, const url& server, const client_options& options,
                                  const stopwatch& watch) {
  const bool direct = &to == &server;
  const bool allowed = direct ? may_ask(options.egress, to.host) : may_ask_by_proxy(options.egress, to.host);
  if (!allowed) {
    throw transport_error({"http.blocked", fmt::format("{} is not among the allowed hosts", to.host),
                           "add it to allowed_hosts if it is meant to be asked"},
                          false);
  }
  auto resolving = async_find(strand_, server, options.lookup, watch);
  endpoints all = co_await std::move(resolving);
  if (direct) {
    std::erase_if(all, [&](const auto& e) { return !may_connect(options.egress, to.host, e.address()); });
    if (all.empty()) {
      throw transport_error(
          {"http.blocked", fmt::format("every address of {} is outside the allowed networks", to.host),
           "add the network to allowed_hosts, or allow private addresses, if it is meant to be asked"},
          false);
    }
  }
  set_limit(watch.until(phase::connect));
  boost::system::error_code ec;
  auto connecting = plain_->async_connect(all, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(connecting);
  if (ec) rethrow_connect(ec, server, watch);
  plain_->socket().set_option(asio::ip::tcp::no_delay(true), ec);
  // for what is asked of the socket without waiting for it
  plain_->socket().non_blocking(true, ec);
  if (ec) rethrow_connect(ec, server, watch);
}

task<void> connection::async_tunnel(const url& to, const client_options& options, const stopwatch& watch) {
  const std::string host = to.host.find(':') == std::string::npos ? to.host : "[" + to.host + "]";
  const std::string head = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n\r\n", host, to.port);
  boost::system::error_code ec;
  auto writing =
      asio::async_write(*plain_, asio::buffer(head), asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(writing);
  if (ec) rethrow_connect(ec, to, watch);
  beast::http::response_parser<beast::http::empty_body> reply;
  reply.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  reply.skip(true);  // nothing but the tunnel follows
  auto reading =
      beast::http::async_read_header(*plain_, buffer_, reply, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(reading);
  if (ec) rethrow_connect(ec, to, watch);
  if (reply.get().result_int() / 100 != 2 || buffer_.size() != 0) {
    throw transport_error(
        {"http.connect",
         fmt::format("the proxy did not connect to {}: it answered {}", origin(to), reply.get().result_int()),
         "check the proxy", true},
        false);
  }
}

task<void> connection::async_secure(const url& to, asio::ssl::context& tls, const stopwatch& watch) {
  tls_ = std::make_unique<tls_stream>(std::move(*plain_), tls);
  plain_.reset();
  boost::system::error_code no_address;
  asio::ip::make_address(to.host, no_address);
  const bool named = no_address.failed();
  if (named && SSL_set_tlsext_host_name(tls_->native_handle(), to.host.c_str()) != 1) {
    throw transport_error({"http.tls", fmt::format("{}: the name cannot be sent to the server", origin(to))},
                          false);
  }
  tls_->set_verify_callback(asio::ssl::host_name_verification(to.host));
  set_limit(watch.until(phase::connect));
  boost::system::error_code ec;
  auto shaking =
      tls_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, ec));
  co_await std::move(shaking);
  if (!ec) co_return;
  if (ec == beast::error::timeout || ec == asio::error::operation_aborted) rethrow_connect(ec, to, watch);
  const long verdict = SSL_get_verify_result(tls_->native_handle());
  const std::string why = verdict == X509_V_OK ? ec.message() : X509_verify_cert_error_string(verdict);
  throw transport_error({"http.tls", fmt::format("{}: no trusted TLS connection: {}", origin(to), why),
                         "check the server's certificate, or name its authority with ca_file"},
                        false);
}

}  // namespace stook::http
