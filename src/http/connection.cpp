#include "http/connection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/resolver.hpp"

namespace asio = boost::asio;

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

}  // namespace

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

}  // namespace stook::http
